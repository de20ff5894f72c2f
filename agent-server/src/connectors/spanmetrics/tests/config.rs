//! What is refused.

use serde_json::{Value, json};

use super::configured;
use crate::component::{Entry, Validate};
use crate::connectors::spanmetrics::SpanMetricsFactory;

fn dimension(name: &str) -> Value {
    json!({"name": name})
}

/// Configurations with one thing wrong, and where.
fn cases() -> Vec<(Value, &'static str)> {
    vec![
        (
            json!({"dimensions": [dimension("span.name")]}),
            "dimensions[0].name",
        ),
        (json!({"dimensions": [dimension("")]}), "dimensions[0].name"),
        (
            json!({"dimensions": [dimension("a")], "calls_dimensions": [dimension("a")]}),
            "calls_dimensions[0].name",
        ),
        (json!({"events": {"enabled": true}}), "events.dimensions"),
        (
            json!({"histogram": {"explicit": {}, "exponential": {}}}),
            "histogram",
        ),
        (
            json!({"histogram": {"explicit": {"buckets": ["2s", "1s"]}}}),
            "histogram.explicit.buckets",
        ),
        (
            json!({"histogram": {"explicit": {"buckets": []}}}),
            "histogram.explicit.buckets",
        ),
        (
            json!({"histogram": {"exponential": {"max_size": 1}}}),
            "histogram.exponential.max_size",
        ),
        (
            json!({"metrics_flush_interval": "0s"}),
            "metrics_flush_interval",
        ),
        (
            json!({"resource_metrics_cache_size": 0}),
            "resource_metrics_cache_size",
        ),
        (
            json!({"aggregation_cardinality_limit": 1_000_000}),
            "aggregation_cardinality_limit",
        ),
        (
            json!({"metric_timestamp_cache_size": 0}),
            "metric_timestamp_cache_size",
        ),
        (
            json!({"exemplars": {"max_per_data_point": 0}}),
            "exemplars.max_per_data_point",
        ),
        (json!({"dimensions_cache_size": 5}), "dimensions_cache_size"),
        (
            json!({"add_resource_attributes": true}),
            "add_resource_attributes",
        ),
        (
            json!({"include_collector_instance_id": true}),
            "include_collector_instance_id",
        ),
    ]
}

#[test]
fn everything_wrong_is_found() {
    for (config, key) in cases() {
        let wrong = configured(config.clone()).validate();
        let keys: Vec<_> = wrong.iter().map(|invalid| invalid.key.as_str()).collect();
        assert_eq!(keys, [key], "{config}");
    }
    let many: Vec<_> = (0..33).map(|index| dimension(&index.to_string())).collect();
    assert_eq!(configured(json!({"dimensions": many})).validate().len(), 1);
}

#[test]
fn the_defaults_are_those_of_the_collector() {
    let entry = Entry::of::<SpanMetricsFactory>();
    assert!(entry.configure(&Value::Null).is_ok());
    let defaults = entry.defaults();
    assert_eq!(defaults["namespace"], "traces.span.metrics");
    assert_eq!(defaults["metrics_flush_interval"], "1m");
    assert_eq!(defaults["histogram"]["unit"], "ms");
}
