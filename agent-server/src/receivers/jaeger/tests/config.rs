//! Keys and defaults.

use serde_json::{Value, json};

use super::super::Jaeger;
use crate::component::{Entry, Receiver};

const ENTRY: Entry<Box<dyn Receiver>> = Entry::of::<Jaeger>();

fn wrong(config: &Value) -> Vec<(String, String)> {
    let wrong = ENTRY.configure(config).expect_err("it is wrong");
    wrong
        .into_iter()
        .map(|wrong| (wrong.key, wrong.message))
        .collect()
}

#[test]
fn the_defaults_are_the_collector_s_and_jaeger_s() {
    let defaults = ENTRY.defaults();
    let udp = |port: u16| {
        json!({
            "endpoint": format!("127.0.0.1:{port}"),
            "queue_size": 1000,
            "max_packet_size": 65000,
            "workers": 10,
            "socket_buffer_size": 0,
        })
    };
    let protocols = &defaults["protocols"];
    assert_eq!(protocols["thrift_compact"], udp(6831));
    assert_eq!(protocols["thrift_binary"], udp(6832));
    assert_eq!(protocols["grpc"]["endpoint"], "127.0.0.1:14250");
    assert_eq!(protocols["thrift_http"]["endpoint"], "127.0.0.1:14268");
    let sampling = &defaults["remote_sampling"];
    assert_eq!(
        sampling["http"],
        json!({ "enabled": true, "endpoint": "127.0.0.1:5778" })
    );
    assert_eq!(
        sampling["grpc"],
        json!({ "enabled": true, "endpoint": "127.0.0.1:5779" })
    );
    assert_eq!(sampling["strategies"]["default_strategy"]["param"], 1.0);
    assert!(ENTRY.configure(&Value::Null).is_ok());
    assert!(ENTRY.configure(&defaults).is_ok());
}

#[test]
fn sampling_is_answered_when_it_is_asked_for_or_nothing_is_said() {
    let is_on = |written: Value| {
        let effective = ENTRY.effective(&written).expect("valid");
        let sampling = &effective["remote_sampling"];
        let on = ["http", "grpc"].map(|side| sampling[side]["enabled"] == true);
        assert_eq!(on[0], on[1], "{written}");
        on[0]
    };
    let protocols = json!({ "thrift_compact": null });
    assert!(is_on(json!({})));
    assert!(!is_on(json!({ "protocols": protocols })));
    assert!(is_on(
        json!({ "protocols": protocols, "remote_sampling": null })
    ));
    assert!(is_on(
        json!({ "protocols": protocols, "remote_sampling": {} })
    ));
}

#[test]
fn a_protocol_that_is_not_named_is_off() {
    let written = json!({ "protocols": { "thrift_compact": null } });
    let effective = ENTRY.effective(&written).expect("valid");
    let keys: Vec<_> = effective["protocols"]
        .as_object()
        .expect("a map")
        .keys()
        .collect();
    assert_eq!(keys, ["thrift_compact"]);
    assert_eq!(wrong(&json!({ "protocols": {} }))[0].0, "protocols");
}

#[test]
fn keys_that_are_not_supported_are_refused_by_name() {
    let table = [
        ("protocols.grpc", vec!["middlewares"]),
        ("protocols.thrift_http", vec!["middlewares"]),
        (
            "remote_sampling",
            vec![
                "endpoint",
                "host_endpoint",
                "strategy_file_reload_interval",
                "tls",
            ],
        ),
    ];
    for (block, keys) in table {
        for key in keys {
            let config = block
                .rsplit('.')
                .fold(json!({ key: "x" }), |inner, name| json!({ name: inner }));
            let message = format!("`{key}` is not supported yet");
            assert_eq!(wrong(&config), [(format!("{block}.{key}"), message)]);
        }
    }
}

#[test]
fn everything_that_is_wrong_is_found() {
    let config = json!({
        "protocols": { "thrift_binary": { "queue_size": 0, "max_packet_size": 70_000, "workers": 0 } },
        "remote_sampling": {
            "strategy_file": "/nowhere",
            "strategies": {
                "default_strategy": { "param": 1.5 },
                "service_strategies": [
                    { "param": 0.5 },
                    { "service": "a", "type": "ratelimiting", "param": -1 },
                    { "service": "a", "operation_strategies": [{ "operation": "" }] },
                ],
            },
        },
    });
    let keys: Vec<_> = wrong(&config).into_iter().map(|(key, _)| key).collect();
    let expected = [
        "remote_sampling.strategy_file",
        "remote_sampling.strategies.default_strategy.param",
        "remote_sampling.strategies.service_strategies[0].service",
        "remote_sampling.strategies.service_strategies[1].param",
        "remote_sampling.strategies.service_strategies[2].service",
        "remote_sampling.strategies.service_strategies[2].operation_strategies[0].operation",
        "protocols.thrift_binary.queue_size",
        "protocols.thrift_binary.workers",
        "protocols.thrift_binary.max_packet_size",
    ];
    assert_eq!(keys, expected);
    assert!(
        wrong(&json!({ "protocol": {} }))[0]
            .1
            .contains("unknown field")
    );
}
