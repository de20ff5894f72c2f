//! Which reference is the parent.

use campanile_wire::jaeger::{RefType, Reference, Span};

/// How a span was written: only Thrift can say the parent beside the references.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `api_v2`.
    ApiV2,
    /// Thrift.
    Thrift,
}

/// The parent of a span, and the reference that says no more than that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Parent {
    /// The span's id.
    pub(super) span_id: Option<[u8; 8]>,
    /// Which of the references is not a link.
    pub(super) reference: Option<usize>,
}

impl Parent {
    /// The parent of `span`.
    pub(super) fn of(span: &Span<'_>, form: Form) -> Self {
        let within = |reference: &Reference, kind| {
            let valid = reference.span_id != [0; 8] && reference.trace_id == span.trace_id;
            valid && reference.kind == kind
        };
        let child_of = span.references.iter().position(|reference| {
            let said = span.parent_span_id;
            within(reference, RefType::ChildOf) && said.is_none_or(|said| said == reference.span_id)
        });
        if let Some(span_id) = span.parent_span_id {
            return Self {
                span_id: Some(span_id),
                reference: child_of,
            };
        }
        let id = |reference: &Reference| reference.span_id;
        let follows = || {
            let mut references = span.references.iter();
            let found = references.find(|reference| within(reference, RefType::FollowsFrom));
            found.filter(|_| form == Form::ApiV2).map(id)
        };
        let parent = child_of.and_then(|index| span.references.get(index));
        Self {
            span_id: parent.map(id).or_else(follows),
            reference: child_of,
        }
    }
}
