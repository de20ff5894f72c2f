//! How exporters connect: TLS with certificates of both sides, Unix sockets, proxies, keep-alive,
//! compression. Destinations are real listeners.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::otlp::Otlp;
use super::otlphttp::OtlpHttp;
use super::testing::{Backend, attempt, build, grpc_ok, gunzip, wrong};
use crate::component::{Delivery, ExportError, Exported};
use crate::config::ListenAddress;
use crate::payload::testing::spans;
use crate::serve::Settings;
use crate::tls::testing::Authority;
use crate::tls::{ServerTls, TlsVersion};

async fn secured(block: &ServerTls) -> Backend {
    let settings = Settings {
        tls: Some(block.open("tls").expect("good files")),
        ..Settings::default()
    };
    Backend::start_with(ListenAddress::loopback(0), settings, both).await
}

/// An answer that is success over gRPC, and over HTTP an empty one.
fn both() -> axum::response::Response {
    grpc_ok(b"")
}

/// One attempt of each exporter at `backend`, asked for by `host`.
async fn attempts(backend: &Backend, host: &str, tls: &Value) -> [Result<Exported, String>; 2] {
    let port = backend.address.port();
    let grpc = json!({"endpoint": format!("{host}:{port}"), "tls": tls});
    let http = json!({"endpoint": format!("https://{host}:{port}"), "tls": tls});
    [
        outcome(&build::<Otlp>(&grpc)).await,
        outcome(&build::<OtlpHttp>(&http)).await,
    ]
}

async fn outcome(delivery: &Delivery) -> Result<Exported, String> {
    let outcome = attempt(&*delivery.exporter, spans(["a"])).await;
    outcome.map_err(|error| error.to_string())
}

const SENT: [Result<Exported, String>; 2] = [
    Ok(Exported {
        rejected: 0,
        sampled_out: 0,
        message: String::new(),
    }),
    Ok(Exported {
        rejected: 0,
        sampled_out: 0,
        message: String::new(),
    }),
];

#[tokio::test]
async fn a_destination_that_asks_for_a_certificate_gets_the_configured_one() {
    let authority = Authority::new("authority");
    authority.sign("server");
    let (certificate, key) = authority.sign("client");
    let backend = secured(&ServerTls {
        client_ca_file: Some(authority.path("ca.pem")),
        ..authority.server("server")
    })
    .await;
    let files = json!({
        "ca_file": authority.path("ca.pem"),
        "cert_file": authority.path("client.pem"),
        "key_file": authority.path("client.key"),
    });
    assert_eq!(attempts(&backend, "localhost", &files).await, SENT);
    let texts = json!({"ca_pem": authority.pem, "cert_pem": certificate, "key_pem": key});
    assert_eq!(attempts(&backend, "localhost", &texts).await, SENT);
    let nobody = json!({"ca_file": authority.path("ca.pem")});
    for outcome in attempts(&backend, "localhost", &nobody).await {
        outcome.expect_err("a stranger is not served");
    }
    backend.stop().await;
}

#[tokio::test]
async fn names_versions_and_trust_are_as_configured() {
    let authority = Authority::new("authority");
    authority.sign("server");
    let backend = secured(&ServerTls {
        max_version: Some(TlsVersion::V1_2),
        ..authority.server("server")
    })
    .await;
    let ca = authority.path("ca.pem");
    let cases = [
        (json!({"ca_file": ca}), "localhost", true),
        (json!({"ca_file": ca}), "127.0.0.1", false),
        (
            json!({"ca_file": ca, "server_name_override": "localhost"}),
            "127.0.0.1",
            true,
        ),
        (
            json!({"ca_file": ca, "server_name_override": "other.test"}),
            "localhost",
            false,
        ),
        (
            json!({"ca_file": ca, "min_version": "1.3"}),
            "localhost",
            false,
        ),
        (
            json!({"ca_file": ca, "max_version": 1.2}),
            "localhost",
            true,
        ),
        (json!({}), "localhost", false),
        (json!({"insecure_skip_verify": true}), "127.0.0.1", true),
    ];
    for (tls, host, expected) in cases {
        for outcome in attempts(&backend, host, &tls).await {
            assert_eq!(outcome.is_ok(), expected, "{tls} {host}: {outcome:?}");
        }
    }
    backend.stop().await;
}

#[test]
fn what_is_wrong_with_the_block_is_named() {
    let tls = json!({
        "ca_file": "/a", "ca_pem": "a", "cert_file": "/c",
        "min_version": "1.3", "max_version": "1.2",
        "server_name_override": "a b", "tpm": {}, "reload_interval": "1h",
    });
    let expected = [
        "tls.reload_interval",
        "tls.tpm",
        "tls.ca_file",
        "tls.key_file",
        "tls.max_version",
        "tls.server_name_override",
    ];
    let config = json!({"endpoint": "http://collector:1", "tls": tls});
    assert_eq!(wrong::<Otlp>(&config), expected);
    assert_eq!(wrong::<OtlpHttp>(&config), expected);
}

#[tokio::test]
async fn grpc_goes_over_unix_sockets() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("agent.sock");
    let at = ListenAddress::Unix(path.clone());
    let mut backend = Backend::start_with(at, Settings::default(), both).await;
    let endpoint = format!("unix://{}", path.display());
    let delivery = build::<Otlp>(&json!({"endpoint": endpoint}));
    assert_eq!(outcome(&delivery).await, SENT[0]);
    let path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    assert_eq!(backend.received().path, path);
}

#[tokio::test]
async fn bodies_are_compressed_as_configured() {
    let payload = spans(["a"]);
    let undo = |compression: &str, body: &[u8]| match compression {
        "gzip" => gunzip(body),
        "zstd" => zstd::decode_all(body).expect("zstd"),
        "snappy" => {
            let mut out = Vec::new();
            let mut decoder = snap::read::FrameDecoder::new(body);
            std::io::Read::read_to_end(&mut decoder, &mut out).expect("snappy");
            out
        }
        _ => body.to_vec(),
    };
    let mut backend = Backend::start(both).await;
    let endpoint = format!("http://{}", backend.address);
    for compression in ["gzip", "zstd", "snappy", "none", ""] {
        let config = json!({"endpoint": endpoint, "compression": compression});
        for (delivery, skip, header) in [
            (build::<Otlp>(&config), 5, "grpc-encoding"),
            (build::<OtlpHttp>(&config), 0, "content-encoding"),
        ] {
            let sent = attempt(&*delivery.exporter, payload.clone()).await;
            sent.expect("taken");
            let received = backend.received();
            let named = received
                .headers
                .get(header)
                .map(|name| name.to_str().expect("text"));
            let name = (!matches!(compression, "none" | "")).then_some(compression);
            assert_eq!(named, name);
            let body = undo(compression, &received.body[skip..]);
            assert_eq!(&body[..], &payload.bytes()[..], "{compression}");
        }
    }
    let level = json!({"endpoint": endpoint, "compression_params": {"level": 10}});
    assert_eq!(wrong::<OtlpHttp>(&level), ["compression_params.level"]);
}

#[tokio::test]
async fn http_goes_through_the_configured_proxy() {
    let proxy = TcpListener::bind("127.0.0.1:0").await.expect("port 0");
    let url = format!("http://me:secret@{}", proxy.local_addr().expect("bound"));
    let config = json!({"endpoint": "http://collector.test", "proxy_url": url});
    let delivery = build::<OtlpHttp>(&config);
    let serve = async {
        let (mut stream, _) = proxy.accept().await.expect("asked");
        let mut head = Vec::new();
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            head.push(stream.read_u8().await.expect("a head"));
        }
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
        stream.write_all(answer).await.expect("sent");
        (String::from_utf8_lossy(&head).into_owned(), stream)
    };
    let ((head, _stream), sent) = tokio::join!(serve, outcome(&delivery));
    assert!(
        head.starts_with("POST http://collector.test/v1/traces HTTP/1.1\r\n"),
        "{head}"
    );
    assert!(
        head.to_ascii_lowercase()
            .contains("proxy-authorization: basic "),
        "{head}"
    );
    assert_eq!(sent, SENT[1]);
    let wrong_url = json!({"endpoint": "http://a", "proxy_url": "not a url"});
    assert_eq!(wrong::<OtlpHttp>(&wrong_url), ["proxy_url"]);
}

#[tokio::test(start_paused = true)]
async fn a_destination_that_does_not_answer_pings_is_given_up() {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("port 0");
    let endpoint = format!("http://{}", silent.local_addr().expect("bound"));
    let keepalive = json!({"time": "2s", "timeout": "1s"});
    let delivery = build::<Otlp>(&json!({"endpoint": endpoint, "keepalive": keepalive}));
    let accept = async {
        let (mut stream, _) = silent.accept().await.expect("asked");
        // An empty SETTINGS frame, and nothing after it.
        stream
            .write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0])
            .await
            .expect("sent");
        let mut sink = Vec::new();
        let _ = stream.read_to_end(&mut sink).await;
    };
    let attempt = attempt(&*delivery.exporter, spans(["a"]));
    let start = tokio::time::Instant::now();
    let (outcome, ()) = tokio::join!(attempt, accept);
    assert!(
        matches!(outcome, Err(ExportError::Retryable { .. })),
        "{outcome:?}"
    );
    assert!(start.elapsed() < Duration::from_secs(10));
    let short = json!({"endpoint": endpoint, "keepalive": {"time": "10ms"}});
    assert_eq!(wrong::<Otlp>(&short), ["keepalive.time"]);
}

#[test]
fn keys_that_change_nothing_are_taken() {
    let with = |key: &str| json!({"endpoint": "http://collector:1", key: 1});
    for key in [
        "balancer_name",
        "read_buffer_size",
        "wait_for_ready",
        "write_buffer_size",
    ] {
        assert_eq!(wrong::<Otlp>(&with(key)), [""; 0]);
    }
    for key in [
        "max_idle_conns",
        "max_idle_conns_per_host",
        "read_buffer_size",
    ] {
        assert_eq!(wrong::<OtlpHttp>(&with(key)), [""; 0]);
    }
}

#[test]
fn keys_that_are_not_supported_are_refused_by_name() {
    let with = |key: &str| json!({"endpoint": "http://collector:1", key: 1});
    for key in ["authority", "middlewares", "user_agent"] {
        assert_eq!(wrong::<Otlp>(&with(key)), [key]);
    }
    for key in ["cookies", "force_attempt_http2", "profiles_endpoint"] {
        assert_eq!(wrong::<OtlpHttp>(&with(key)), [key]);
    }
    for key in ["batch", "block_on_overflow", "wait_for_result"] {
        let config = json!({"endpoint": "http://collector:1", "sending_queue": {key: 1}});
        let path = format!("sending_queue.{key}");
        assert_eq!(wrong::<OtlpHttp>(&config), [path]);
    }
}

#[test]
fn a_queue_counts_requests_and_says_what_to_write_for_anything_else() {
    let with =
        |sizer: &str| json!({"endpoint": "http://collector:1", "sending_queue": {"sizer": sizer}});
    assert_eq!(wrong::<OtlpHttp>(&with("requests")), [""; 0]);
    for sizer in ["bytes", "items"] {
        assert_eq!(wrong::<OtlpHttp>(&with(sizer)), ["sending_queue.sizer"]);
    }
}
