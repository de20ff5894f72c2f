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
//! | `TimeEvents.dropped_*_count` | their sum is the span's dropped events; how many of them were message events is `opencensus.dropped_message_events_count` |
//! | `Link.type` | `opencensus.link_type` of the link |
//! | `TruncatableString.truncated_byte_count` | `opencensus.truncated_byte_count.KEY` beside an attribute's value, `opencensus.name_truncated_byte_count`, `opencensus.description_truncated_byte_count` |
//!
//! Of metrics, whose types become kinds of data and whose labels become attributes:
//!
//! | OpenCensus | OTLP |
//! |---|---|
//! | `GAUGE_INT64`, `GAUGE_DOUBLE` | gauge |
//! | `CUMULATIVE_INT64`, `CUMULATIVE_DOUBLE` | cumulative monotonic sum |
//! | `CUMULATIVE_DISTRIBUTION` | cumulative histogram |
//! | `GAUGE_DISTRIBUTION` | histogram with delta temporality, the only other one there is |
//! | `SUMMARY` | summary; percentiles are quantiles times 100 |
//! | a type that does not tell the kind of its points, `UNSPECIFIED` | the kind that the values have, and `opencensus.metric_type` in the metric's metadata |
//! | a point without a value | a data point with the flag for that |
//! | a label without a value | no attribute; a label no series has a value for is named in the metadata |
//! | `LabelKey.description` | `opencensus.label_description.KEY` in the metadata |
//! | a value without a key, or a key given twice | `opencensus.label_value.POSITION` |
//! | `sum_of_squared_deviation`, unless 0 | `opencensus.sum_of_squared_deviation` (double) of the point |
//! | buckets whose number does not fit their bounds | `opencensus.invalid_buckets` (text) of the point |
//! | exemplar | exemplar; its attachments `trace_id` and `span_id`, in hex, are its ids |
//! | `Snapshot.count`, `Snapshot.sum` | `opencensus.snapshot_count` (int), `opencensus.snapshot_sum` (double) of the point |
//!
//! Bounds are copied although OpenCensus counts a value on a bound above it and OTLP below it, as
//! every translator does. A metric without any point says nothing and is left out.
//!
//! A few go the other way, because whoever translates from OpenTelemetry sends them: the attribute
//! `span.kind` (`internal`, `producer`, `consumer`) becomes the kind, an integer `otel.status_code`
//! the status and an integer `otel.flags` the flags, and they disappear. So do the labels
//! `otel.sum` and `otel.metadata.KEY` where no series has a value for them: their descriptions say
//! what the sum was, and are the metric's metadata. The OpenCensus exporter
//! of OpenTelemetry for Python writes its own status enumeration; see [`StatusCodes`].
//!
//! The reference for names is the OpenTelemetry Collector's translator, as last released in 2025.

mod attributes;
mod event;
mod groups;
mod link;
mod message;
mod metrics;
mod resource;
mod span;
mod stack;
mod time;

pub(super) use self::groups::TooLarge;
pub(super) use self::message::{Origin, Rejects, TranslateError, translate};
#[cfg(test)]
mod tests;
