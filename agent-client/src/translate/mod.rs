//! From OpenTelemetry to the messages of the OpenCensus agent protocol. Pure.
//!
//! What OpenCensus has no field for becomes an attribute that an agent can turn back:
//!
//! | OpenTelemetry | OpenCensus |
//! |---|---|
//! | kind SERVER, CLIENT | kind; the others: attribute `span.kind` = `internal`, `producer`, `consumer` |
//! | status OK | code 0 and attribute `otel.status_code` = 1; UNSET: no status; ERROR: code 2 |
//! | instrumentation scope | attributes `otel.scope.name`, `otel.scope.version` |
//! | events | annotations |
//! | attribute with a list | JSON text |
//! | parent is remote, if there is one | `same_process_as_parent_span` |
//! | resource | the node, and labels of the resource for what the node has no field for |
//!
//! Lost: the random flag of a trace id, the attributes and schema URL of a scope.

mod attributes;
mod metrics;
mod node;
mod span;
#[cfg(test)]
mod tests;

use std::time::SystemTime;

use campanile_wire::opencensus::agent::metrics::v1::ExportMetricsServiceRequest;
use campanile_wire::opencensus::agent::trace::v1::ExportTraceServiceRequest;
use campanile_wire::opencensus::metrics::v1::Metric;
use campanile_wire::otlp::Signal;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;
use prost::Message;

pub(crate) use self::metrics::metrics;

/// The message that opens a stream: who writes to it. Both signals have the same fields there.
pub(crate) fn first_message(signal: Signal, resource: &Resource, started: SystemTime) -> Vec<u8> {
    let node = Some(node::node(resource, started));
    let resource = node::resource(resource);
    match signal {
        Signal::Metrics => ExportMetricsServiceRequest {
            node,
            metrics: Vec::new(),
            resource,
        }
        .encode_to_vec(),
        Signal::Logs | Signal::Traces => ExportTraceServiceRequest {
            node,
            spans: Vec::new(),
            resource,
        }
        .encode_to_vec(),
    }
}

/// A request with metrics; node and resource are those of the stream.
pub(crate) fn with_metrics(metrics: Vec<Metric>) -> Vec<u8> {
    let request = ExportMetricsServiceRequest {
        node: None,
        metrics,
        resource: None,
    };
    request.encode_to_vec()
}

/// Appends the fields of a span.
pub(crate) fn encode_span(out: &mut Vec<u8>, span: &SpanData) {
    // A vector has room for everything.
    let _ = span::span(span).encode(out);
}
