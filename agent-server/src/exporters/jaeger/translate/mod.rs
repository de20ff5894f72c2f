//! OTLP to Jaeger's `api_v2`: pure functions from export requests to one `PostSpansRequest`.
//!
//! The reverse of the `jaeger` receiver's translation, which reads back what is kept here in tags,
//! but for schema URLs, attributes of scopes, what links have beside their ids and ends before the
//! start: those stay attributes and events there.
//!
//! | OTLP | Jaeger |
//! |---|---|
//! | resource `service.name`, if it is text | service name; without one `OTLPResourceNoServiceName`, as the Collector has it |
//! | other resource attributes | tags of the process |
//! | schema URL and dropped attributes of the resource | process tags `otel.schema_url`, `otel.dropped_attributes_count` |
//! | scope | `otel.scope.name`, `otel.scope.version` and, as they were called before, `otel.library.*`; `otel.scope.attribute.KEY`, `otel.scope.schema_url`, `otel.scope.dropped_attributes_count` |
//! | parent | the first reference, CHILD_OF |
//! | links | references FOLLOWS_FROM, or what the link's attribute `opentracing.ref_type` says |
//! | what a link has beside its ids | a log `event` = `link` at the start of the span: `otel.link.trace_id`, `.span_id`, `.trace_state`, `.flags`, `.dropped_attributes_count`, `.attribute.KEY` |
//! | kind | tag `span.kind`, `internal` too; an unknown one `otel.kind` |
//! | status | `otel.status_code`, `otel.status_description`; of an error `error` = true too |
//! | attributes | typed tags; lists and maps are JSON |
//! | events | logs; the name is the field `event`, or `otel.event.name` where an attribute is called `event` |
//! | `tracestate`, dropped counts | `w3c.tracestate`, `otel.dropped_*_count` |
//! | bit 0 of the flags | sampled; other bits are `otel.flags` (all of them) |
//! | `jaeger.flags`, `jaeger.process_id`, `@jaeger@warnings` | the fields that the receiver made them of |
//! | an end before the start | no duration, and `otel.end_time_unix_nano` |
//!
//! Tags that stand for fields come last: where an attribute has the same key, the last one counts.
//!
//! # Limits
//!
//! A span whose ids are not valid cannot be told; it is counted as rejected. Jaeger takes a root's
//! link into its own trace for the parent.

mod event;
mod field;
mod process;
mod request;
mod span;
#[cfg(test)]
mod tests;
mod value;

pub(super) use self::request::{Written, request};
