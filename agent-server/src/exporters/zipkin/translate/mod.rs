//! OTLP to Zipkin: pure functions from an export request to a list of spans.
//!
//! What Zipkin has no field for becomes a tag. The rules are those of the OpenTelemetry
//! specification; where it leaves something out, the tags are the Collector's, or begin with
//! `otlp.`:
//!
//! | OTLP | Zipkin |
//! |---|---|
//! | resource `service.name`, else `faas.name`, `k8s.deployment.name`, `process.executable.name` | `localEndpoint.serviceName`; of the others `otlp.service.name.source` tells which |
//! | other resource attributes | tags; `otlp.resource.attribute.KEY` where the span has a tag `KEY` |
//! | scope | `otel.scope.name`, `otel.scope.version` and, as they were called before, `otel.library.*`; `otlp.scope.attribute.KEY` |
//! | schema URLs, dropped counts of resource and scope | `otlp.resource.*`, `otlp.scope.*` |
//! | trace id | 16 digits where its upper half is zero |
//! | kind | the same; internal is the tag `span.kind`, an unknown one `otlp.kind` |
//! | times | microseconds, truncated; a duration below one is one; an end before the start is `otlp.end_time_unix_nano` |
//! | attributes | tags in text form; `otlp.attribute.KEY` where another row has the tag `KEY` |
//! | `net.host.ip`, `net.host.port`; `peer.service`, `net.peer.ip`, `net.peer.port`; `zipkin.*` | what the receiver has made them of |
//! | of a client or producer without those: see `remote` | `remoteEndpoint`; the attributes stay |
//! | status | `otel.status_code`, and of an error `error` with the message; `otel.status_description` where an attribute is `error`, or there is a message and no error |
//! | attribute `error` = false where there is no error | `otlp.attribute.error`: to Zipkin any `error` is one |
//! | events | annotations; what is more than a name is written behind it |
//! | events without a time | annotations at the start: Zipkin takes none without a time |
//! | links | `otlp.link.N` |
//! | `tracestate`, flags, dropped counts | `w3c.tracestate`, `otlp.flags`, `otel.dropped_*_count` |
//! | a parent id that is none | `otlp.parent_span_id` |
//!
//! A span whose own ids are not valid cannot be told; it is counted as rejected.
//!
//! What is lost: types of attributes (numbers become text), and what is shorter than a microsecond.

mod endpoints;
mod origin;
mod remote;
mod span;
mod tags;
#[cfg(test)]
mod tests;

use campanile_wire::otlp::view::resource_spans;
use campanile_wire::zipkin::{Span, json, proto3};

use self::origin::{Origin, scope_tags};
use super::config::Format;

/// The most bytes that one request may become: every span repeats its resource.
const MAX_OUTPUT: usize = 64 << 20;

/// A list of spans, written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// The list.
    pub(super) list: Vec<u8>,
    /// Spans that Zipkin cannot be told of.
    pub(super) rejected: u64,
}

/// The list would be too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the spans take more than {MAX_OUTPUT} bytes in Zipkin")]
pub(super) struct TooLarge;

/// Writes the spans of an export request. `default_name` is the service name of those that have
/// none.
///
/// # Errors
///
/// When they take too many bytes; half of them may not.
pub(super) fn write(
    request: &[u8],
    format: Format,
    default_name: &str,
) -> Result<Written, TooLarge> {
    let mut out = match format {
        Format::Json => List::Json(json::Writer::default()),
        Format::Proto => List::Proto(Vec::new()),
    };
    let mut rejected = 0;
    for resource in resource_spans(request) {
        let origin = Origin::of(resource, default_name);
        for scope in resource.scope_spans() {
            let scope_tags = scope_tags(scope);
            for span in scope.spans() {
                match span::translate(&span, &origin, &scope_tags) {
                    Some(span) => out.push(&span)?,
                    None => rejected += 1,
                }
            }
        }
    }
    Ok(Written {
        list: out.finish(),
        rejected,
    })
}

enum List {
    Json(json::Writer),
    Proto(Vec<u8>),
}

impl List {
    fn push(&mut self, span: &Span<'_>) -> Result<(), TooLarge> {
        let size = match self {
            Self::Json(out) => {
                out.push(span);
                out.len()
            }
            Self::Proto(out) => {
                proto3::push(out, span);
                out.len()
            }
        };
        if size > MAX_OUTPUT {
            return Err(TooLarge);
        }
        Ok(())
    }

    fn finish(self) -> Vec<u8> {
        match self {
            Self::Json(out) => out.finish().into_bytes(),
            Self::Proto(out) => out,
        }
    }
}
