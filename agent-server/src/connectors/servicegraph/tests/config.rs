//! What is refused.

use serde_json::json;

use super::configured;
use crate::component::Validate;

#[test]
fn everything_wrong_is_found() {
    let many: Vec<_> = (0..33).map(|index| index.to_string()).collect();
    let cases = [
        (
            json!({"latency_histogram_buckets": ["2s", "1s"]}),
            "latency_histogram_buckets",
        ),
        (
            json!({"latency_histogram_buckets": []}),
            "latency_histogram_buckets",
        ),
        (
            json!({"exponential_histogram_max_size": 1}),
            "exponential_histogram_max_size",
        ),
        (
            json!({"exponential_histogram_max_size": 9, "latency_histogram_buckets": ["1s"]}),
            "exponential_histogram_max_size",
        ),
        (json!({"dimensions": many}), "dimensions"),
        (json!({"store": {"max_items": 0}}), "store.max_items"),
        (
            json!({"metrics_flush_interval": "0s"}),
            "metrics_flush_interval",
        ),
        (
            json!({"database_name_attribute": "db"}),
            "database_name_attribute",
        ),
        (json!({"metrics_exporter": "otlp"}), "metrics_exporter"),
    ];
    for (config, key) in cases {
        let wrong = configured(config.clone()).validate();
        let keys: Vec<_> = wrong.iter().map(|invalid| invalid.key.as_str()).collect();
        assert_eq!(keys, [key], "{config}");
    }
    assert_eq!(configured(json!({})).validate(), []);
}
