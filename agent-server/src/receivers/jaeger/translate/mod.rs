//! Jaeger to OTLP, written straight into the bytes of an export request.
//!
//! Pure functions: a batch goes in, bytes and counts come out. Thrift and `api_v2` are translated
//! alike. Every field is kept; what OTLP has no field for becomes an attribute:
//!
//! | Jaeger | OTLP attribute |
//! |---|---|
//! | `Span.flags` beyond sampled (debug, firehose) | `jaeger.flags` (int, all bits) of the span; sampled is bit 0 of the span's flags |
//! | `Span.warnings` | `@jaeger@warnings` (list of text) of the span, as Jaeger itself keeps them |
//! | `Span.process_id` | `jaeger.process_id` (text) of the span |
//! | a start or a duration that is negative or ends beyond the year 2554 | `jaeger.start_time_unix_nano`, `jaeger.duration_nano` (text); the span then ends where it starts |
//! | the same of a log | `jaeger.timestamp_unix_nano` (text) of the event |
//! | `SpanRef.refType` of what becomes a link | `opentracing.ref_type` of the link: `child_of`, `follows_from` or the number |
//!
//! Tags that say what OTLP has a field for become that field and disappear:
//!
//! | tag | OTLP |
//! |---|---|
//! | `span.kind` (`client`, `server`, `producer`, `consumer`, `internal`) | kind |
//! | `error` = true (bool) | status ERROR |
//! | `otel.status_code` (`OK`, `ERROR`, `UNSET` in any case), `otel.status_description` | status, unless `error` says so already |
//! | `w3c.tracestate` | tracestate |
//! | `otel.scope.name`, `otel.scope.version` (or `otel.library.*`) | scope |
//! | `otel.dropped_{attributes,events,links}_count`, `otel.flags` | the field of that name |
//! | log field `otel.event.name`, or else `event` (text) | the event's name |
//! | log field `otel.dropped_attributes_count` | the event's dropped attributes |
//!
//! Without `error` and `otel.status_code`, `http.status_code` decides the status and stays; the
//! message of an error is then `http.status_message`, which stays too. The parent is what Thrift
//! says, else the first CHILD_OF reference within the trace and, in `api_v2`, where nothing else
//! could say it, the first FOLLOWS_FROM. Every other reference is a link; a FOLLOWS_FROM that
//! became the parent is a link too.
//!
//! Of a process, `hostname` becomes `host.name` and `jaeger.version` becomes
//! `opencensus.exporterversion` = `Jaeger-<version>`, each unless the process has that already.
//!
//! # Limits
//!
//! Keys that repeat are written as often as they come; of those that become a field, the last one
//! does.

mod batch;
mod event;
mod group;
mod known;
mod parent;
mod resource;
mod span;
mod status;
mod value;

pub(crate) use self::batch::{Translated, post_spans, thrift_batch, thrift_call};
#[cfg(test)]
mod tests;
