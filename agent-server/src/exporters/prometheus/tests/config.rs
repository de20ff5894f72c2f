use campanile_wire::prometheus::Naming;
use serde_json::{Value, json};

use crate::component::Entry;
use crate::exporters::prometheus::Prometheus;
use crate::exporters::prometheus::config::Config;
use crate::exporters::testing::wrong;

fn naming(value: &Value) -> Naming {
    let config: Config = serde_json::from_value(value.clone()).expect("valid");
    config.translation().naming
}

#[test]
fn every_wrong_key_is_named() {
    let table = [
        (json!({}), vec!["endpoint"]),
        (json!({"endpoint": "127.0.0.1:0"}), vec![]),
        (
            json!({
                "metric_expiration": "0s",
                "max_series": 0,
                "max_bytes": 0,
                "const_labels": {"__name__": "x", "a-b": "y", "zone": "z"},
                "tls": {"cert_file": "x"},
                "auth": {},
            }),
            vec![
                "endpoint",
                "metric_expiration",
                "max_series",
                "max_bytes",
                "tls.key_file",
                "const_labels.__name__",
                "const_labels.a-b",
                "auth",
            ],
        ),
    ];
    for (config, expected) in table {
        assert_eq!(wrong::<Prometheus>(&config), expected, "{config}");
    }
}

#[test]
fn the_strategy_counts_before_the_suffixes() {
    let table = [
        (json!({}), Naming::Escaped),
        (
            json!({"add_metric_suffixes": false}),
            Naming::EscapedWithoutSuffixes,
        ),
        (
            json!({"add_metric_suffixes": false,
                   "translation_strategy": "UnderscoreEscapingWithSuffixes"}),
            Naming::Escaped,
        ),
        (
            json!({"translation_strategy": "UnderscoreEscapingWithoutSuffixes"}),
            Naming::EscapedWithoutSuffixes,
        ),
        (
            json!({"translation_strategy": "NoUTF8EscapingWithSuffixes"}),
            Naming::Utf8,
        ),
        (
            json!({"translation_strategy": "NoTranslation"}),
            Naming::Untranslated,
        ),
    ];
    for (config, expected) in table {
        assert_eq!(naming(&config), expected, "{config}");
    }
}

#[test]
fn defaults_are_the_collectors() {
    let expected = json!({
        "endpoint": null,
        "tls": null,
        "response_headers": {},
        "namespace": "",
        "const_labels": {},
        "send_timestamps": false,
        "metric_expiration": "5m",
        "resource_to_telemetry_conversion": {"enabled": false},
        "enable_open_metrics": false,
        "add_metric_suffixes": true,
        "without_scope_info": false,
        "translation_strategy": null,
        "max_series": 100_000,
        "max_bytes": "64MiB",
    });
    assert_eq!(Entry::of::<Prometheus>().defaults(), expected);
}
