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
mod node;
mod span;
#[cfg(test)]
mod tests;

use std::time::SystemTime;

use campanile_wire::opencensus::agent::trace::v1::ExportTraceServiceRequest;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;

/// The message that opens a stream: who writes to it.
pub(crate) fn first_message(resource: &Resource, started: SystemTime) -> ExportTraceServiceRequest {
    ExportTraceServiceRequest {
        node: Some(node::node(resource, started)),
        spans: Vec::new(),
        resource: node::resource(resource),
    }
}

/// A message with spans; node and resource are those of the stream.
pub(crate) fn request(spans: Vec<SpanData>) -> ExportTraceServiceRequest {
    ExportTraceServiceRequest {
        node: None,
        spans: spans.into_iter().map(span::span).collect(),
        resource: None,
    }
}
