//! What policies are shown of a trace.

use super::held::{HeldPayloads, Shown};
use super::split::TraceId;
use super::summary::Summary;

/// One span of a trace: the payload that holds it, and its number there.
#[derive(Clone, Copy, Debug)]
pub(super) struct SpanRef {
    pub(super) payload: u32,
    pub(super) number: u32,
}

/// A trace, as far as it has come.
#[derive(Clone, Copy)]
pub(super) struct Evidence<'a> {
    pub(super) id: &'a TraceId,
    pub(super) summary: &'a Summary,
    pub(super) spans: &'a [SpanRef],
    pub(super) payloads: &'a HeldPayloads,
}

impl<'a> Evidence<'a> {
    /// Whether `resource` says yes to the resource of any span, or `span` to any span. A resource is
    /// shown once for spans in a row.
    pub(super) fn any(
        &self,
        mut resource: impl FnMut(&'a [u8]) -> bool,
        mut span: impl FnMut(&'a [u8]) -> bool,
    ) -> bool {
        let mut last = None;
        self.any_shown(|shown| {
            let entry = Some((shown.payload, shown.entry));
            let known = std::mem::replace(&mut last, entry) == entry;
            !known && resource(shown.resource) || span(shown.span)
        })
    }

    /// Whether `says` says yes to any span.
    pub(super) fn any_shown(&self, says: impl FnMut(Shown<'a>) -> bool) -> bool {
        let spans = self.spans.iter();
        spans.filter_map(|at| self.payloads.span(*at)).any(says)
    }

    /// Whether `span` says yes to any span.
    pub(super) fn any_span(&self, span: impl FnMut(&'a [u8]) -> bool) -> bool {
        self.any(|_| false, span)
    }
}
