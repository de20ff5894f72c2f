//! Attributes of points and scopes.

use campanile_wire::opencensus::metrics::v1::{LabelKey, LabelValue};
use opentelemetry_proto::tonic::common::v1::{ArrayValue, InstrumentationScope, KeyValueList};
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as OtlpValue;
use opentelemetry_proto::tonic::metrics::v1::{Gauge, Metric as OtlpMetric, NumberDataPoint};

use super::*;

fn gauge(points: Vec<Vec<KeyValue>>) -> Data {
    let points = points.into_iter().map(|attributes| NumberDataPoint {
        attributes,
        value: Some(OtlpValue::AsInt(1)),
        ..NumberDataPoint::default()
    });
    Data::Gauge(Gauge {
        data_points: points.collect(),
    })
}

fn keys(metric: &Metric) -> Vec<&str> {
    let keys = &metric.metric_descriptor.as_ref().unwrap().label_keys;
    keys.iter().map(|key| key.key.as_str()).collect()
}

/// The label values of one series; `None` where it has none.
fn label_values(series: &TimeSeries) -> Vec<Option<&str>> {
    let mut values = Vec::new();
    for LabelValue { value, has_value } in &series.label_values {
        assert!(*has_value || value.is_empty());
        values.push(has_value.then_some(value.as_str()));
    }
    values
}

#[test]
fn keys_are_those_of_all_points_and_sorted() {
    let metric = translated(gauge(vec![
        vec![attribute("b", text("1")), attribute("c", text("2"))],
        vec![attribute("a", text("")), attribute("b", text("3"))],
        vec![],
    ]));
    assert_eq!(keys(&metric), ["a", "b", "c"]);
    let rows: Vec<_> = metric.timeseries.iter().map(label_values).collect();
    let expected = [
        [None, Some("1"), Some("2")],
        [Some(""), Some("3"), None],
        [None, None, None],
    ];
    assert_eq!(rows, expected);
}

#[test]
fn a_key_has_no_description() {
    let metric = translated(gauge(vec![vec![attribute("a", text("1"))]]));
    let expected = LabelKey {
        key: "a".to_owned(),
        description: String::new(),
    };
    let descriptor = metric.metric_descriptor.unwrap();
    assert_eq!(descriptor.label_keys, [expected]);
}

#[test]
fn of_two_attributes_with_one_key_the_later_one_stays() {
    let attributes = vec![attribute("a", text("old")), attribute("a", text("new"))];
    let metric = translated(gauge(vec![attributes]));
    assert_eq!(keys(&metric), ["a"]);
    assert_eq!(label_values(&metric.timeseries[0]), [Some("new")]);
}

#[test]
fn values_become_text_and_lists_become_json() {
    let any = |value| AnyValue { value: Some(value) };
    let list = |values: Vec<AnyValueValue>| {
        let values = values.into_iter().map(any).collect();
        AnyValueValue::ArrayValue(ArrayValue { values })
    };
    let map = KeyValueList {
        values: vec![attribute("k", AnyValueValue::BoolValue(false))],
    };
    let cases = [
        (text("a\"b"), "a\"b"),
        (AnyValueValue::BoolValue(true), "true"),
        (AnyValueValue::IntValue(-5), "-5"),
        (AnyValueValue::DoubleValue(1.5), "1.5"),
        (AnyValueValue::BytesValue(vec![0, 255]), "AP8="),
        (list(vec![text("a\"b"), text("c")]), "[\"a\\\"b\",\"c\"]"),
        (
            list(vec![
                AnyValueValue::IntValue(1),
                AnyValueValue::IntValue(-2),
            ]),
            "[1,-2]",
        ),
        (AnyValueValue::KvlistValue(map), "{\"k\":false}"),
    ];
    for (value, expected) in cases {
        let metric = translated(gauge(vec![vec![attribute("a", value)]]));
        assert_eq!(label_values(&metric.timeseries[0]), [Some(expected)]);
    }
}

#[test]
fn an_attribute_without_a_value_is_there_and_empty() {
    let attribute = KeyValue {
        key: "a".to_owned(),
        ..KeyValue::default()
    };
    let metric = translated(gauge(vec![vec![attribute]]));
    assert_eq!(label_values(&metric.timeseries[0]), [Some("")]);
}

#[test]
fn the_scope_becomes_labels_where_it_is_not_empty() {
    let cases = [
        (
            "lib",
            "1.2",
            vec!["a", "otel.scope.name", "otel.scope.version", "z"],
            vec!["lib", "1.2"],
        ),
        ("lib", "", vec!["a", "otel.scope.name", "z"], vec!["lib"]),
        ("", "1.2", vec!["a", "otel.scope.version", "z"], vec!["1.2"]),
        ("", "", vec!["a", "z"], vec![]),
    ];
    for (name, version, expected_keys, scope_values) in cases {
        let points = vec![attribute("z", text("3")), attribute("a", text("0"))];
        let metric = OtlpMetric {
            data: Some(gauge(vec![points])),
            ..OtlpMetric::default()
        };
        let translated = metrics(of_scope(otlp::ScopeMetrics {
            scope: Some(InstrumentationScope {
                name: name.to_owned(),
                version: version.to_owned(),
                ..InstrumentationScope::default()
            }),
            // The second one has them too.
            metrics: vec![metric.clone(), metric],
            ..otlp::ScopeMetrics::default()
        }));
        assert_eq!(translated.len(), 2);
        for metric in &translated {
            assert_eq!(keys(metric), expected_keys);
            let values = label_values(&metric.timeseries[0]);
            let mut expected = vec![Some("0")];
            expected.extend(scope_values.iter().copied().map(Some));
            expected.push(Some("3"));
            assert_eq!(values, expected);
        }
    }
}
