//! Keys and defaults.

use serde_json::{Value, json};

use super::super::Otlp;
use super::*;
use crate::component::{Entry, Intakes, Invalid, Receiver, Tasks};

const ENTRY: Entry<Box<dyn Receiver>> = Entry::of::<Otlp>();

fn wrong(config: &Value) -> Vec<Invalid> {
    ENTRY.configure(config).expect_err("it is wrong")
}

fn protocols(config: Value) -> Protocols {
    let config: Config = serde_json::from_value(config).expect("valid");
    config.protocols
}

#[test]
fn the_defaults_are_the_collector_s() {
    let expected = json!({ "protocols": {
        "grpc": {
            "endpoint": "127.0.0.1:4317",
            "transport": "tcp",
            "auth": null,
            "tls": null,
            "keepalive": { "server_parameters": {
                "max_connection_idle": "0s",
                "max_connection_age": "0s",
                "max_connection_age_grace": "0s",
                "time": "20s",
                "timeout": "10s",
            }},
            "max_recv_msg_size_mib": 0,
            "max_concurrent_streams": 0,
        },
        "http": {
            "endpoint": "127.0.0.1:4318",
            "transport": "tcp",
            "auth": null,
            "tls": null,
            "cors": {
                "allowed_origins": [],
                "allowed_headers": [],
                "exposed_headers": [],
                "max_age": 0,
            },
            "max_request_body_size": "20MiB",
            "traces_url_path": "/v1/traces",
            "metrics_url_path": "/v1/metrics",
            "logs_url_path": "/v1/logs",
            "compression_algorithms": ["", "deflate", "gzip", "snappy", "zlib", "zstd"],
            "response_headers": {},
            "idle_timeout": "1m",
            "keep_alives_enabled": true,
            "read_header_timeout": "5s",
            "read_timeout": "0s",
            "write_timeout": "0s",
        },
    }});
    assert_eq!(ENTRY.defaults(), expected);
    assert!(ENTRY.configure(&ENTRY.defaults()).is_ok());
}

#[test]
fn a_protocol_is_on_when_it_is_named_or_none_is() {
    let on = |config| {
        let Protocols { grpc, http } = protocols(config);
        let endpoint = |endpoint: ListenAddress| endpoint.port().expect("a port");
        (
            grpc.map(|grpc| endpoint(grpc.endpoint)),
            http.map(|http| endpoint(http.endpoint)),
        )
    };
    let both = (Some(4317), Some(4318));
    assert_eq!(on(json!({})), both);
    assert_eq!(on(json!({ "protocols": null })), both);
    assert_eq!(
        on(json!({ "protocols": { "grpc": null, "http": null } })),
        both
    );
    assert_eq!(
        on(json!({ "protocols": { "grpc": {} } })),
        (Some(4317), None)
    );
    let http = json!({ "protocols": { "http": { "endpoint": "localhost:1" } } });
    assert_eq!(on(http), (None, Some(1)));
}

#[test]
fn no_protocol_at_all_is_refused() {
    let found = wrong(&json!({ "protocols": {} }));
    assert_eq!(found[0].key, "protocols");
}

#[test]
fn keys_that_are_not_supported_are_refused_by_name() {
    let cases = [("grpc", "middlewares"), ("http", "middlewares")];
    for (protocol, key) in cases {
        let found = wrong(&json!({ "protocols": { protocol: { key: {} } } }));
        assert_eq!(found[0].key, format!("protocols.{protocol}.{key}"));
        assert_eq!(found[0].message, format!("`{key}` is not supported yet"));
    }
}

#[test]
fn keys_that_change_nothing_are_taken() {
    let grpc = json!({ "include_metadata": true, "read_buffer_size": 1, "write_buffer_size": 1 });
    let http = json!({ "include_metadata": true });
    let config = json!({ "protocols": { "grpc": grpc, "http": http } });
    assert!(ENTRY.configure(&config).is_ok());
}

#[test]
fn everything_wrong_with_the_blocks_of_a_listener_is_found() {
    let config = json!({ "protocols": {
        "grpc": {
            "transport": "unix",
            "tls": { "cert_file": "/c" },
            "keepalive": { "enforcement_policy": { "min_time": "5s" } },
        },
        "http": {
            "tls": { "cert_file": "/c", "key_file": "/k", "ca_file": "/a" },
            "cors": { "allowed_origins": ["shop"] },
            "response_headers": { "a b": "c" },
            "compression_algorithms": ["gzip", "lz4"],
        },
    }});
    let keys: Vec<_> = wrong(&config).into_iter().map(|wrong| wrong.key).collect();
    let expected = [
        "protocols.grpc.transport",
        "protocols.grpc.tls.key_file",
        "protocols.grpc.keepalive.enforcement_policy",
        "protocols.http.tls.ca_file",
        "protocols.http.cors.allowed_origins[0]",
        "protocols.http.response_headers.a b",
        "protocols.http.compression_algorithms[1]",
    ];
    assert_eq!(keys, expected);
}

#[test]
fn unknown_keys_and_useless_paths_are_refused() {
    let found = wrong(&json!({ "protocols": { "grpc": { "endpiont": 1 } } }));
    assert!(found[0].message.contains("unknown field"), "{found:?}");
    assert_eq!(found[0].key, "protocols.grpc.endpiont");
    let found = wrong(&json!({ "protocols": { "http": { "logs_url_path": "v1" } } }));
    assert_eq!(found[0].key, "protocols.http.logs_url_path");
    let shared = json!({ "protocols": { "http": { "logs_url_path": "/v1/traces" } } });
    assert_eq!(wrong(&shared).len(), 2);
}

#[tokio::test]
async fn only_the_protocols_that_are_on_listen() {
    let context = context("otlp/second");
    let mut config = on_any_port();
    config.protocols.grpc = None;
    let receiver = OtlpReceiver::new(config, context.clone());
    let running = start(Box::new(receiver), context, &Signal::ALL).await;
    let listening: Vec<_> = running.shared.addresses.all().into_keys().collect();
    assert_eq!(listening, ["otlp/second.protocols.http.endpoint"]);
}

#[tokio::test]
async fn an_address_that_is_taken_is_named_and_nothing_is_served() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("port 0");
    let port = taken.local_addr().expect("bound").port();
    let context = context("otlp");
    let mut config = on_any_port();
    config.protocols.http = Some(Http {
        endpoint: ListenAddress::loopback(port),
        ..Http::default()
    });
    let receiver = Box::new(OtlpReceiver::new(config, context.clone()));
    let tasks = Tasks::default();
    let started = Receiver::start(receiver, Intakes::default(), tasks.clone());
    let error = started.await.expect_err("the port is taken");
    assert_eq!(error.key(), "protocols.http.endpoint");
    assert!(
        error.to_string().contains(&format!("127.0.0.1:{port}")),
        "{error}"
    );
    // Nothing was spawned: there is nothing to wait for, and the other socket is closed.
    within(tasks.stop()).await;
    assert!(context.shared.addresses.all().is_empty());
}
