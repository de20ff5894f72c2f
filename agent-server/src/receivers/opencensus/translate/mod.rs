//! OpenCensus to OTLP, written straight into the bytes of an export request.
//!
//! Pure functions: a message, who sent it and the time go in, bytes and counts come out. Every
//! field is kept; what OTLP has no field for becomes an attribute:
//!
//! | OpenCensus | OTLP attribute |
//! |---|---|
//! | `Span.status.code`, unless 0 | `opencensus.status_code` (int) of the span |
//! | `Span.kind` beyond `CLIENT` | `opencensus.span_kind` (int) of the span |
//! | `Span.same_process_as_parent_span` | `opencensus.same_process_as_parent_span` (bool) |
//! | `Span.child_span_count` | `opencensus.child_span_count` (int) |
//! | `Span.stack_trace` | `opencensus.stack_trace` (text, a line per frame), `opencensus.stack_trace_hash_id`, `opencensus.stack_trace_dropped_frames` (int) |
//! | `TimeEvents.dropped_*_count` | their sum is the span's dropped events; each is `opencensus.dropped_annotations_count`, `opencensus.dropped_message_events_count` too |
//! | `Link.type` | `opencensus.link_type` of the link |
//! | `TruncatableString.truncated_byte_count` | `opencensus.truncated_byte_count.KEY` beside an attribute's value, `opencensus.name_truncated_byte_count`, `opencensus.description_truncated_byte_count` |
//!
//! Three attributes go the other way, because libraries that translate from OpenTelemetry send
//! them: `span.kind` (`internal`, `producer`, `consumer`) becomes the kind, an integer
//! `otel.status_code` becomes the status, and both disappear. The OpenCensus exporter of
//! OpenTelemetry for Python writes its own status enumeration; see [`StatusCodes`].
//!
//! The reference for names is the OpenTelemetry Collector's translator, as last released in 2025.

mod attributes;
mod event;
mod link;
mod message;
mod resource;
mod span;
mod stack;
mod time;

pub(super) use self::message::{Origin, Rejects, TooManyResources, TranslateError, translate};
#[cfg(test)]
mod tests;
