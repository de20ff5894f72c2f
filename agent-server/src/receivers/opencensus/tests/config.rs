//! Keys and defaults.

use serde_json::{Value, json};

use super::super::OpenCensus;
use crate::component::{Entry, Receiver};

const ENTRY: Entry<Box<dyn Receiver>> = Entry::of::<OpenCensus>();

fn wrong(config: &Value) -> Vec<(String, String)> {
    let wrong = ENTRY.configure(config).expect_err("it is wrong");
    wrong
        .into_iter()
        .map(|wrong| (wrong.key, wrong.message))
        .collect()
}

#[test]
fn the_defaults_are_the_collector_s() {
    let expected = json!({
        "endpoint": "127.0.0.1:55678",
        "transport": "tcp",
        "auth": null,
        "tls": null,
        "keepalive": {
            "server_parameters": {
                "max_connection_idle": "0s",
                "max_connection_age": "0s",
                "max_connection_age_grace": "0s",
                "time": "20s",
                "timeout": "10s",
            },
        },
        "cors_allowed_origins": [],
        "max_recv_msg_size_mib": 0,
        "max_concurrent_streams": 0,
        "require_identifier": false,
        "sampler": null,
        "disable_tracing": false,
        "disable_metrics": false,
    });
    assert_eq!(ENTRY.defaults(), expected);
    assert!(ENTRY.configure(&Value::Null).is_ok());
    assert!(ENTRY.configure(&ENTRY.defaults()).is_ok());
}

#[test]
fn keys_that_are_not_supported_are_refused_by_name() {
    let key = "middlewares";
    let expected = [(key.to_owned(), format!("`{key}` is not supported yet"))];
    assert_eq!(wrong(&json!({ key: ["x"] })), expected);
    assert!(ENTRY.configure(&json!({ key: null })).is_ok());
    for key in ["include_metadata", "read_buffer_size", "write_buffer_size"] {
        assert!(ENTRY.configure(&json!({ key: 1 })).is_ok(), "{key}");
    }
}

#[test]
fn unknown_keys_and_values_are_refused() {
    assert!(
        wrong(&json!({ "endpiont": "x" }))[0]
            .1
            .contains("unknown field")
    );
    let transport = wrong(&json!({ "transport": "unix" }));
    assert_eq!(transport[0].0, "transport");
    assert_eq!(wrong(&json!({ "max_recv_msg_size_mib": -1 })).len(), 1);
}

#[test]
fn what_is_wrong_with_the_sampler_is_blamed_on_its_keys() {
    let valid = json!({"sampler": {"probability": 0.5, "max_number_of_links": 1}});
    assert!(ENTRY.configure(&valid).is_ok());
    let table = [
        (json!({}), "sampler"),
        (json!({"constant": "sometimes"}), "sampler.constant"),
        (json!({"probability": 2}), "sampler.probability"),
        (json!({"probabilty": 1}), "sampler.probabilty"),
    ];
    for (sampler, key) in table {
        let wrong = wrong(&json!({ "sampler": sampler }));
        assert_eq!(wrong[0].0, key, "{wrong:?}");
    }
}

#[test]
fn the_blocks_of_every_listener_are_checked_here_too() {
    let tls = json!({"cert_file": "a.pem", "key_file": "a.key", "client_ca_file": "ca.pem"});
    assert!(
        ENTRY
            .configure(&json!({"tls": tls, "endpoint": "/run/oc.sock"}))
            .is_ok()
    );
    let table = [
        (json!({"tls": {}}), "tls.cert_file"),
        (
            json!({"keepalive": {"server_parameters": {"time": "1ms"}}}),
            "keepalive.server_parameters.time",
        ),
        (
            json!({"cors_allowed_origins": ["a", "*"]}),
            "cors_allowed_origins[0]",
        ),
    ];
    for (config, key) in table {
        assert_eq!(wrong(&config)[0].0, key);
    }
}
