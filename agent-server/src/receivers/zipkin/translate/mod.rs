//! Zipkin to OTLP, written straight into the bytes of an export request.
//!
//! Pure functions: spans go in, bytes come out. Nothing is lost; what OTLP has no field for becomes
//! an attribute, and what exporters of OpenTelemetry write into tags goes back to where it was.
//!
//! | Zipkin | OTLP |
//! |---|---|
//! | `localEndpoint.serviceName` | resource attribute `service.name`, or the one that the tag `otlp.service.name.source` names |
//! | local address, port | span attributes `net.host.ip`, `net.host.port` |
//! | remote name, address, port | `peer.service`, `net.peer.ip`, `net.peer.port` |
//! | what of both finds its key taken by a tag, and a second address | `zipkin.localEndpoint.*`, `zipkin.remoteEndpoint.*` |
//! | no timestamp | start 0, end the duration, `otel.zipkin.absentField.startTime` = true |
//! | times beyond the year 2554 | `zipkin.timestamp`, `zipkin.duration` |
//! | `shared`, `debug` | `zipkin.shared`, `zipkin.debug` = true |
//! | annotations | events; `NAME\|{...}\|N` is taken apart |
//! | tags of resources (`service.*`, `telemetry.*`, `host.*`, `container.*`, `k8s.*`, `process.*`, `os.*`, `cloud.*`, `deployment.*`, some of `faas.*`; `otlp.resource.*`) | the resource; spans with equal ones share it |
//! | tags `otel.scope.*`, `otel.library.*`, `otlp.scope.*` | the scope |
//! | tags `otel.status_code`, `otel.status_description`, `error` | the status, see [`status`] |
//! | tag `span.kind` = `internal`, where there is no kind | the kind |
//! | tags `w3c.tracestate`, `otel.dropped_*_count`, `otlp.flags`, `otlp.link.N`, `otlp.attribute.KEY` | the span's fields, links and attribute `KEY` |
//! | other tags | attributes; text stays text unless `parse_string_tags` says otherwise |

mod attributes;
mod groups;
mod role;
mod span;
mod status;
#[cfg(test)]
mod tests;

use campanile_wire::zipkin::Span;

use self::groups::Groups;

/// The most bytes that one list may become.
const MAX_OUTPUT: usize = 64 << 20;

/// What a user, or the request, says about a translation.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Options {
    /// Every span is one to keep, whatever it says itself.
    pub(super) debug: bool,
    /// Texts that look like numbers and truth values become such.
    pub(super) parse_string_tags: bool,
}

/// A small list would become a large request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the spans take more than {MAX_OUTPUT} bytes; send smaller lists")]
pub(super) struct TooLarge;

/// An OTLP export request under construction.
#[derive(Debug, Default)]
pub(super) struct Translator {
    options: Options,
    groups: Groups,
    scratch: span::Scratch,
    size: usize,
}

impl Translator {
    /// An empty request.
    pub(super) fn new(options: Options) -> Self {
        Self {
            options,
            ..Self::default()
        }
    }

    /// Appends one span. Once there are too many bytes, nothing is appended any more.
    pub(super) fn push(&mut self, span: &Span<'_>) {
        if self.size > MAX_OUTPUT {
            return;
        }
        self.scratch.write(span, self.options);
        let span::Scratch {
            resource,
            scope,
            span,
            ..
        } = &self.scratch;
        self.size += self.groups.push(resource, scope, span);
    }

    /// The request.
    ///
    /// # Errors
    ///
    /// When it has become too large.
    pub(super) fn finish(self) -> Result<Vec<u8>, TooLarge> {
        if self.size > MAX_OUTPUT {
            return Err(TooLarge);
        }
        Ok(self.groups.write())
    }
}
