//! The same edits on decoded trees.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest as Logs;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest as Metrics;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest as Traces;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;

use crate::otlp::Signal;

/// What is done to every list of attributes.
#[derive(Clone, Copy)]
pub(super) struct Tree {
    pub(super) attributes: fn(&mut Vec<KeyValue>),
    /// Whether spans and log records with a kind or severity of 2, and points with flags of 0, go.
    pub(super) drops: bool,
}

impl Tree {
    pub(super) fn edited(self, signal: Signal, request: &[u8]) -> Vec<u8> {
        match signal {
            Signal::Logs => self.logs(Logs::decode(request).expect("valid")),
            Signal::Metrics => self.metrics(Metrics::decode(request).expect("valid")),
            Signal::Traces => self.traces(Traces::decode(request).expect("valid")),
        }
    }

    fn head(self, resource: &mut Option<Resource>) {
        let absent = resource.is_none();
        let resource_or_new = resource.get_or_insert_default();
        (self.attributes)(&mut resource_or_new.attributes);
        if absent && *resource_or_new == Resource::default() {
            *resource = None;
        }
    }

    fn scope(self, scope: &mut Option<InstrumentationScope>) {
        let absent = scope.is_none();
        let scope_or_new = scope.get_or_insert_default();
        (self.attributes)(&mut scope_or_new.attributes);
        if absent && *scope_or_new == InstrumentationScope::default() {
            *scope = None;
        }
    }

    fn logs(self, mut request: Logs) -> Vec<u8> {
        request.resource_logs.retain_mut(|entry| {
            let mut lost = false;
            self.head(&mut entry.resource);
            entry.scope_logs.retain_mut(|scope| {
                let before = scope.log_records.len();
                self.scope(&mut scope.scope);
                scope.log_records.retain_mut(|record| {
                    (self.attributes)(&mut record.attributes);
                    !(self.drops && record.severity_number == 2)
                });
                let left = scope.log_records.len();
                lost |= left < before;
                left == before || left > 0
            });
            !lost || entry.scope_logs.iter().any(|s| !s.log_records.is_empty())
        });
        request.encode_to_vec()
    }

    fn traces(self, mut request: Traces) -> Vec<u8> {
        request.resource_spans.retain_mut(|entry| {
            let mut lost = false;
            self.head(&mut entry.resource);
            entry.scope_spans.retain_mut(|scope| {
                let before = scope.spans.len();
                self.scope(&mut scope.scope);
                scope.spans.retain_mut(|span| {
                    (self.attributes)(&mut span.attributes);
                    let events = span.events.iter_mut();
                    events.for_each(|event| (self.attributes)(&mut event.attributes));
                    let links = span.links.iter_mut();
                    links.for_each(|link| (self.attributes)(&mut link.attributes));
                    !(self.drops && span.kind == 2)
                });
                let left = scope.spans.len();
                lost |= left < before;
                left == before || left > 0
            });
            !lost || entry.scope_spans.iter().any(|s| !s.spans.is_empty())
        });
        request.encode_to_vec()
    }

    fn metrics(self, mut request: Metrics) -> Vec<u8> {
        request.resource_metrics.retain_mut(|entry| {
            let mut lost = false;
            self.head(&mut entry.resource);
            entry.scope_metrics.retain_mut(|scope| {
                let before = scope.metrics.len();
                self.scope(&mut scope.scope);
                scope.metrics.retain_mut(|metric| self.metric(metric));
                let left = scope.metrics.len();
                lost |= left < before;
                left == before || left > 0
            });
            !lost || entry.scope_metrics.iter().any(|s| !s.metrics.is_empty())
        });
        request.encode_to_vec()
    }

    fn metric(self, metric: &mut Metric) -> bool {
        macro_rules! points {
            ($data:expr) => {{
                let before = $data.data_points.len();
                $data.data_points.retain_mut(|point| {
                    (self.attributes)(&mut point.attributes);
                    !(self.drops && point.flags == 0)
                });
                before == 0 || !$data.data_points.is_empty()
            }};
        }
        (self.attributes)(&mut metric.metadata);
        match &mut metric.data {
            Some(Data::ExponentialHistogram(data)) => points!(data),
            Some(Data::Gauge(data)) => points!(data),
            Some(Data::Histogram(data)) => points!(data),
            Some(Data::Sum(data)) => points!(data),
            Some(Data::Summary(data)) => points!(data),
            None => true,
        }
    }
}

/// Deletes the key ``, updates `service.name`, upserts `}],[{` and inserts `new`.
pub(super) fn attributes(list: &mut Vec<KeyValue>) {
    let value = |value| {
        Some(AnyValue {
            value: Some(Value::IntValue(value)),
        })
    };
    let add = |list: &mut Vec<KeyValue>, key: &str, number| {
        list.push(KeyValue {
            key: key.to_owned(),
            value: value(number),
            ..KeyValue::default()
        });
    };
    list.retain(|pair| !pair.key.is_empty());
    for pair in list.iter_mut() {
        match pair.key.as_str() {
            "service.name" => pair.value = value(1),
            "}],[{" => pair.value = value(2),
            _ => {}
        }
    }
    if !list.iter().any(|pair| pair.key == "}],[{") {
        add(list, "}],[{", 2);
    }
    add(list, "new", 3);
}
