//! Every kind of metric, and what is made of its points.

mod any;
mod distributions;
mod exponential;
mod labels;
mod numbers;
mod summaries;

use campanile_wire::opencensus::metrics::v1::metric_descriptor::Type;
use campanile_wire::opencensus::metrics::v1::point::Value;
use campanile_wire::opencensus::metrics::v1::{DistributionValue, Metric, TimeSeries};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as AnyValueValue;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::metrics::v1 as otlp;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;

use super::metrics;

/// A request with one metric for each of these.
fn request(data: Vec<Data>) -> ExportMetricsServiceRequest {
    let metrics = data.into_iter().map(|data| otlp::Metric {
        name: "name".to_owned(),
        description: "what it is".to_owned(),
        unit: "ms".to_owned(),
        data: Some(data),
        ..otlp::Metric::default()
    });
    of_scope(otlp::ScopeMetrics {
        metrics: metrics.collect(),
        ..otlp::ScopeMetrics::default()
    })
}

fn of_scope(scope: otlp::ScopeMetrics) -> ExportMetricsServiceRequest {
    ExportMetricsServiceRequest {
        resource_metrics: vec![otlp::ResourceMetrics {
            scope_metrics: vec![scope],
            ..otlp::ResourceMetrics::default()
        }],
    }
}

fn translated(data: Data) -> Metric {
    let metrics = metrics(request(vec![data]));
    let [metric] = metrics.as_slice() else {
        panic!("one metric")
    };
    metric.clone()
}

fn kind(metric: &Metric) -> Type {
    metric.metric_descriptor.as_ref().unwrap().r#type()
}

/// The one value of each series.
fn values(metric: &Metric) -> Vec<Value> {
    let value = |series: &TimeSeries| {
        let [point] = series.points.as_slice() else {
            panic!("one point")
        };
        point.value.clone().unwrap()
    };
    metric.timeseries.iter().map(value).collect()
}

/// The only point's distribution.
fn distribution(data: Data) -> DistributionValue {
    let metric = translated(data);
    assert_eq!(kind(&metric), Type::CumulativeDistribution);
    let values = values(&metric);
    let [Value::DistributionValue(value)] = values.as_slice() else {
        panic!("one distribution")
    };
    value.clone()
}

fn bounds(distribution: &DistributionValue) -> Option<&[f64]> {
    use campanile_wire::opencensus::metrics::v1::distribution_value::bucket_options::Type;
    let Type::Explicit(explicit) = distribution.bucket_options.as_ref()?.r#type.as_ref()?;
    Some(&explicit.bounds)
}

fn counts(distribution: &DistributionValue) -> Vec<i64> {
    let buckets = distribution.buckets.iter();
    buckets.map(|bucket| bucket.count).collect()
}

fn attribute(key: &str, value: AnyValueValue) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue { value: Some(value) }),
        ..KeyValue::default()
    }
}

fn text(text: &str) -> AnyValueValue {
    AnyValueValue::StringValue(text.to_owned())
}
