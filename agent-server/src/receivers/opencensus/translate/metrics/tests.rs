use bytes::Bytes;
use campanile_wire::opencensus::agent::metrics::v1::ExportMetricsServiceRequest;
use campanile_wire::opencensus::metrics::v1::distribution_value::bucket_options::{Explicit, Type};
use campanile_wire::opencensus::metrics::v1::distribution_value::{
    Bucket, BucketOptions, Exemplar,
};
use campanile_wire::opencensus::metrics::v1::point::Value;
use campanile_wire::opencensus::metrics::v1::summary_value::Snapshot;
use campanile_wire::opencensus::metrics::v1::summary_value::snapshot::ValueAtPercentile;
use campanile_wire::opencensus::metrics::v1::{
    DistributionValue, LabelKey, LabelValue, Metric, MetricDescriptor, Point, SummaryValue,
    TimeSeries,
};
use campanile_wire::opencensus::resource::v1::Resource;
use campanile_wire::otlp::{Signal, json};
use prost::Message as _;
use prost_types::Timestamp;
use serde_json::{Value as Json, json};

use crate::receivers::opencensus::translate_message;

fn translated(metrics: Vec<Metric>) -> Json {
    let request = ExportMetricsServiceRequest {
        node: None,
        metrics,
        resource: None,
    };
    let message = Bytes::from(request.encode_to_vec());
    let request = translate_message(Signal::Metrics, &message, 0).expect("valid");
    let text = json::encode(Signal::Metrics, &request).expect("valid");
    serde_json::from_str(&text).expect("JSON")
}

/// The metrics that one metric becomes.
fn metrics(metric: Metric) -> Vec<Json> {
    let all = translated(vec![metric]);
    let metrics = all["resourceMetrics"][0]["scopeMetrics"][0]["metrics"].as_array();
    metrics.cloned().unwrap_or_default()
}

fn metric(kind: i32, values: Vec<Option<Value>>) -> Metric {
    Metric {
        metric_descriptor: Some(MetricDescriptor {
            name: "m".to_owned(),
            r#type: kind,
            ..MetricDescriptor::default()
        }),
        timeseries: vec![TimeSeries {
            points: values
                .into_iter()
                .map(|value| Point {
                    timestamp: None,
                    value,
                })
                .collect(),
            ..TimeSeries::default()
        }],
        resource: None,
    }
}

fn distribution() -> DistributionValue {
    let bucket = |count, exemplar| Bucket { count, exemplar };
    let attachments = [
        ("k", "v"),
        ("span_id", "0102030405060708"),
        ("trace_id", "not an id"),
    ];
    DistributionValue {
        count: 3,
        sum: 0.0,
        sum_of_squared_deviation: 1.25,
        bucket_options: Some(BucketOptions {
            r#type: Some(Type::Explicit(Explicit {
                bounds: vec![1.0, 2.0],
            })),
        }),
        buckets: vec![
            bucket(1, None),
            bucket(0, None),
            bucket(
                2,
                Some(Exemplar {
                    value: 7.5,
                    timestamp: Some(Timestamp {
                        seconds: 1,
                        nanos: 2,
                    }),
                    attachments: attachments
                        .map(|(k, v)| (k.to_owned(), v.to_owned()))
                        .into(),
                }),
            ),
        ],
    }
}

#[test]
fn every_type_has_its_kind_of_data() {
    let int = || Some(Value::Int64Value(0));
    let double = || Some(Value::DoubleValue(0.5));
    let distribution = || Some(Value::DistributionValue(DistributionValue::default()));
    let summary = || Some(Value::SummaryValue(SummaryValue::default()));
    let sum = json!({"aggregationTemporality": 2, "isMonotonic": true});
    let table = [
        (0, int(), "gauge", json!({}), Some("UNSPECIFIED")),
        (1, int(), "gauge", json!({}), None),
        (2, double(), "gauge", json!({}), None),
        (
            3,
            distribution(),
            "histogram",
            json!({"aggregationTemporality": 1}),
            None,
        ),
        (4, int(), "sum", sum.clone(), None),
        (5, double(), "sum", sum, None),
        (
            6,
            distribution(),
            "histogram",
            json!({"aggregationTemporality": 2}),
            None,
        ),
        (7, summary(), "summary", json!({}), None),
        (9, int(), "gauge", json!({}), Some("9")),
        (
            1,
            distribution(),
            "histogram",
            json!({"aggregationTemporality": 1}),
            Some("GAUGE_INT64"),
        ),
    ];
    for (kind, value, data, expected, kept) in table {
        let metrics = metrics(metric(kind, vec![value]));
        assert_eq!(metrics.len(), 1, "{kind}");
        let mut found = metrics[0][data].clone();
        let points = found
            .as_object_mut()
            .and_then(|data| data.remove("dataPoints"));
        assert_eq!(
            points.map(|points| points.as_array().map(Vec::len)),
            Some(Some(1))
        );
        assert_eq!(found, expected, "{kind}");
        let type_kept = metrics[0]["metadata"][0]["value"]["stringValue"].as_str();
        assert_eq!(type_kept, kept, "{kind}");
    }
}

#[test]
fn points_of_several_kinds_are_several_metrics_and_none_is_lost() {
    let values = vec![
        Some(Value::Int64Value(7)),
        Some(Value::SummaryValue(SummaryValue::default())),
        None,
        Some(Value::DoubleValue(1.5)),
    ];
    let metrics = metrics(metric(4, values));
    let numbers = json!([{"asInt": "7"}, {"flags": 1}, {"asDouble": 1.5}]);
    assert_eq!(metrics[0]["sum"]["dataPoints"], numbers);
    assert_eq!(metrics[1]["summary"]["dataPoints"][0], json!({}));
    assert_eq!(metrics.len(), 2);
}

#[test]
fn nothing_of_a_distribution_is_lost() {
    let metrics = metrics(metric(
        6,
        vec![Some(Value::DistributionValue(distribution()))],
    ));
    let expected = json!({
        "count": "3",
        "sum": 0.0,
        "bucketCounts": ["1", "0", "2"],
        "explicitBounds": [1.0, 2.0],
        "exemplars": [{
            "timeUnixNano": "1000000002",
            "asDouble": 7.5,
            "spanId": "0102030405060708",
            "filteredAttributes": [
                {"key": "k", "value": {"stringValue": "v"}},
                {"key": "trace_id", "value": {"stringValue": "not an id"}},
            ],
        }],
        "attributes": [
            {"key": "opencensus.sum_of_squared_deviation", "value": {"doubleValue": 1.25}},
        ],
    });
    assert_eq!(metrics[0]["histogram"]["dataPoints"][0], expected);
}

#[test]
fn buckets_that_do_not_fit_their_bounds_are_kept_as_text() {
    let mut odd = distribution();
    odd.buckets.pop();
    let metrics = metrics(metric(6, vec![Some(Value::DistributionValue(odd))]));
    let point = &metrics[0]["histogram"]["dataPoints"][0];
    assert_eq!(point["count"], "3");
    assert_eq!(point.get("bucketCounts"), None);
    let text = point["attributes"].to_string();
    assert!(text.contains("bounds [1.0, 2.0] counts [1, 0]"), "{text}");
}

#[test]
fn nothing_of_a_summary_is_lost() {
    let summary = SummaryValue {
        count: Some(4),
        sum: Some(2.5),
        snapshot: Some(Snapshot {
            count: Some(2),
            sum: Some(0.0),
            percentile_values: vec![ValueAtPercentile {
                percentile: 50.0,
                value: 1.0,
            }],
        }),
    };
    let metrics = metrics(metric(7, vec![Some(Value::SummaryValue(summary))]));
    let expected = json!({
        "count": "4",
        "sum": 2.5,
        "quantileValues": [{"quantile": 0.5, "value": 1.0}],
        "attributes": [
            {"key": "opencensus.snapshot_count", "value": {"intValue": "2"}},
            {"key": "opencensus.snapshot_sum", "value": {"doubleValue": 0.0}},
        ],
    });
    assert_eq!(metrics[0]["summary"]["dataPoints"][0], expected);
}

#[test]
fn labels_are_attributes_by_position_and_what_has_no_value_is_metadata() {
    let key = |key: &str, description: &str| LabelKey {
        key: key.to_owned(),
        description: description.to_owned(),
    };
    let value = |value: &str, has_value| LabelValue {
        value: value.to_owned(),
        has_value,
    };
    let mut metric = metric(1, vec![Some(Value::Int64Value(1))]);
    if let Some(descriptor) = &mut metric.metric_descriptor {
        descriptor.label_keys = vec![
            key("a", "first"),
            key("empty", ""),
            key("absent", "nowhere"),
            key("a", ""),
        ];
    }
    metric.timeseries[0].label_values = vec![
        value("1", true),
        value("", true),
        value("", false),
        value("2", false),
        value("3", true),
    ];
    let metrics = metrics(metric);
    let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    let expected = json!([
        text("a", "1"),
        text("empty", ""),
        text("opencensus.label_value.3", "2"),
        text("opencensus.label_value.4", "3"),
    ]);
    assert_eq!(metrics[0]["gauge"]["dataPoints"][0]["attributes"], expected);
    let expected = json!([
        text("opencensus.label_description.a", "first"),
        text("opencensus.label_description.absent", "nowhere"),
    ]);
    assert_eq!(metrics[0]["metadata"], expected);
}

#[test]
fn a_metric_s_own_resource_wins_and_one_without_points_is_left_out() {
    let own = Metric {
        resource: Some(Resource {
            r#type: "host".to_owned(),
            ..Resource::default()
        }),
        ..metric(1, vec![Some(Value::Int64Value(1))])
    };
    let all = translated(vec![metric(1, vec![]), own, Metric::default()]);
    let groups = all["resourceMetrics"].as_array().expect("groups");
    assert_eq!(groups.len(), 1);
    assert!(
        groups[0]["resource"].to_string().contains("host"),
        "{groups:?}"
    );
}
