//! What arrived of all signals, whatever carried it.

use campanile_wire::otlp::Signal;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{Metric, NumberDataPoint};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;

#[derive(Debug, Default)]
pub(crate) struct Arrived {
    pub(crate) traces: Vec<ExportTraceServiceRequest>,
    pub(crate) metrics: Vec<ExportMetricsServiceRequest>,
    pub(crate) logs: Vec<ExportLogsServiceRequest>,
}

impl Arrived {
    pub(crate) fn add(&mut self, signal: Signal, message: &[u8]) {
        match signal {
            Signal::Logs => self.logs.push(decode(message)),
            Signal::Metrics => self.metrics.push(decode(message)),
            Signal::Traces => self.traces.push(decode(message)),
        }
    }

    pub(crate) fn spans(&self) -> Vec<&Span> {
        let requests = self.traces.iter();
        requests
            .flat_map(|request| &request.resource_spans)
            .flat_map(|resource| &resource.scope_spans)
            .flat_map(|scope| &scope.spans)
            .collect()
    }

    pub(crate) fn span_names(&self) -> Vec<String> {
        self.spans().iter().map(|span| span.name.clone()).collect()
    }

    pub(crate) fn records(&self) -> Vec<&LogRecord> {
        let requests = self.logs.iter();
        requests
            .flat_map(|request| &request.resource_logs)
            .flat_map(|resource| &resource.scope_logs)
            .flat_map(|scope| &scope.log_records)
            .collect()
    }

    /// The latest value of a sum whose point has no `error.type`.
    pub(crate) fn sum(&self, name: &str) -> Option<i64> {
        self.sum_of(name, None)
    }

    /// The latest value of a sum whose point has this `error.type`.
    pub(crate) fn sum_of(&self, name: &str, error: Option<&str>) -> Option<i64> {
        let requests = self.metrics.iter();
        let metrics = requests
            .flat_map(|request| &request.resource_metrics)
            .flat_map(|resource| &resource.scope_metrics)
            .flat_map(|scope| &scope.metrics);
        let points = metrics
            .filter(|metric| metric.name == name)
            .flat_map(points);
        points
            .filter(|point| text(&point.attributes, "error.type").as_deref() == error)
            .filter_map(|point| match point.value {
                Some(Number::AsInt(value)) => Some(value),
                _ => None,
            })
            .next_back()
    }
}

/// The text of an attribute.
pub(crate) fn text(attributes: &[KeyValue], key: &str) -> Option<String> {
    let attribute = attributes.iter().find(|attribute| attribute.key == key)?;
    match &attribute.value {
        Some(AnyValue {
            value: Some(Value::StringValue(text)),
        }) => Some(text.clone()),
        _ => None,
    }
}

fn points(metric: &Metric) -> &[NumberDataPoint] {
    match &metric.data {
        Some(Data::Sum(sum)) => &sum.data_points,
        Some(Data::Gauge(gauge)) => &gauge.data_points,
        _ => &[],
    }
}

fn decode<M: Message + Default>(message: &[u8]) -> M {
    M::decode(message).expect("a request")
}
