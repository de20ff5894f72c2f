//! What the messages generated from the protocol's own `.proto` files make of bytes and text.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest as Logs;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest as Metrics;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest as Traces;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use prost::{DecodeError, Message};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::otlp::{Counts, Signal};

/// Decodes and encodes `request`, which makes equal content equal bytes.
pub(crate) fn canonical(signal: Signal, request: &[u8]) -> Result<Vec<u8>, DecodeError> {
    match signal {
        Signal::Logs => Logs::decode(request).map(|m| m.encode_to_vec()),
        Signal::Metrics => Metrics::decode(request).map(|m| m.encode_to_vec()),
        Signal::Traces => Traces::decode(request).map(|m| m.encode_to_vec()),
    }
}

/// Writes `request` in the JSON form of the other implementation.
pub(super) fn to_json(signal: Signal, request: &[u8]) -> String {
    fn write<M: Message + Serialize + Default>(request: &[u8]) -> String {
        let message = M::decode(request).expect("a valid request");
        serde_json::to_string(&message).expect("any message has a JSON form")
    }
    match signal {
        Signal::Logs => write::<Logs>(request),
        Signal::Metrics => write::<Metrics>(request),
        Signal::Traces => write::<Traces>(request),
    }
}

/// Reads JSON with the other implementation.
pub(super) fn from_json(signal: Signal, json: &str) -> serde_json::Result<Vec<u8>> {
    fn read<M: Message + DeserializeOwned>(json: &str) -> serde_json::Result<Vec<u8>> {
        serde_json::from_str::<M>(json).map(|message| message.encode_to_vec())
    }
    match signal {
        Signal::Logs => read::<Logs>(json),
        Signal::Metrics => read::<Metrics>(json),
        Signal::Traces => read::<Traces>(json),
    }
}

/// Writes out the defaults that the other implementation does not do without.
pub(super) fn complete(json: &mut Value) {
    let fill = |object: &mut Value, key: &str, default: Value| {
        let object = object.as_object_mut().expect("a message");
        object.entry(key).or_insert(default);
    };
    match json {
        Value::Array(values) => values.iter_mut().for_each(complete),
        Value::Object(fields) => {
            for (key, value) in fields {
                if key == "arrayValue" || key == "kvlistValue" {
                    fill(value, "values", json!([]));
                }
                let pairs = match key.as_str() {
                    "attributes" | "filteredAttributes" | "metadata" => value.as_array_mut(),
                    "kvlistValue" => value["values"].as_array_mut(),
                    _ => None,
                };
                pairs
                    .into_iter()
                    .flatten()
                    .for_each(|pair| fill(pair, "key", json!("")));
                for entity in value
                    .as_array_mut()
                    .filter(|_| key == "entityRefs")
                    .into_iter()
                    .flatten()
                {
                    fill(entity, "schemaUrl", json!(""));
                    fill(entity, "type", json!(""));
                    fill(entity, "idKeys", json!([]));
                    fill(entity, "descriptionKeys", json!([]));
                }
                complete(value);
            }
        }
        _ => {}
    }
}

/// Counts what a decoded request holds.
pub(super) fn counts(signal: Signal, request: &[u8]) -> Counts {
    let mut unidentified = 0;
    let (resources, items): (usize, usize) = match signal {
        Signal::Logs => {
            let entries = Logs::decode(request).expect("valid").resource_logs;
            let scopes = entries.iter().flat_map(|entry| &entry.scope_logs);
            let items = scopes.map(|scope| scope.log_records.len()).sum();
            (entries.len(), items)
        }
        Signal::Metrics => {
            let entries = Metrics::decode(request).expect("valid").resource_metrics;
            let scopes = entries.iter().flat_map(|entry| &entry.scope_metrics);
            let items = scopes.flat_map(|scope| &scope.metrics).map(points).sum();
            (entries.len(), items)
        }
        Signal::Traces => {
            let entries = Traces::decode(request).expect("valid").resource_spans;
            let scopes = entries.iter().flat_map(|entry| &entry.scope_spans);
            let spans = scopes.clone().flat_map(|scope| &scope.spans);
            let is_id = |id: &[u8], length| id.len() == length && id != vec![0; length];
            let bad = spans.filter(|span| !is_id(&span.trace_id, 16) || !is_id(&span.span_id, 8));
            unidentified = bad.count() as u64;
            let items = scopes.map(|scope| scope.spans.len()).sum();
            (entries.len(), items)
        }
    };
    Counts {
        resources: resources as u64,
        items: items as u64,
        unidentified,
    }
}

fn points(metric: &Metric) -> usize {
    match &metric.data {
        None => 0,
        Some(Data::ExponentialHistogram(data)) => data.data_points.len(),
        Some(Data::Gauge(data)) => data.data_points.len(),
        Some(Data::Histogram(data)) => data.data_points.len(),
        Some(Data::Sum(data)) => data.data_points.len(),
        Some(Data::Summary(data)) => data.data_points.len(),
    }
}
