//! The data that a statement is evaluated on, borrowed from a request or being changed.

mod draft;
mod get;
mod set;
mod state;

pub(super) use self::draft::Draft;

use super::context::Context;
use super::wire;

/// One resource, scope, span, event, metric, point or log record, and what it lies in.
///
/// Made from the inside of [views](campanile_wire::otlp::view): every part is the bytes of a
/// message. What is not given reads as empty.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Record<'a> {
    /// `ResourceSpans` and its like, for the schema.
    resource_entry: &'a [u8],
    resource: &'a [u8],
    /// `ScopeSpans` and its like.
    scope_entry: &'a [u8],
    scope: &'a [u8],
    /// A span, metric or log record.
    item: &'a [u8],
    /// An event of the span or a point of the metric.
    part: &'a [u8],
    /// The number of the metric's field that the point is in.
    data: u32,
    /// The place of the event in its span.
    index: usize,
    /// A `KeyValueList`.
    cache: &'a [u8],
}

impl<'a> Record<'a> {
    /// The resource of an entry such as `ResourceSpans`.
    pub(crate) fn of_resource(entry: &'a [u8]) -> Self {
        Self {
            resource_entry: entry,
            resource: wire::message(entry, 1),
            ..Self::default()
        }
    }

    /// The scope of an entry such as `ScopeSpans`, within this resource.
    pub(crate) fn scope(self, entry: &'a [u8]) -> Self {
        Self {
            scope_entry: entry,
            scope: wire::message(entry, 1),
            ..self
        }
    }

    /// A span, metric or log record within this scope.
    pub(crate) fn item(self, item: &'a [u8]) -> Self {
        Self { item, ..self }
    }

    /// An event of this span, the `index`th.
    pub(crate) fn event(self, event: &'a [u8], index: usize) -> Self {
        Self {
            part: event,
            index,
            ..self
        }
    }

    /// A point of this metric, whose points are in its field `data`.
    pub(crate) fn point(self, point: &'a [u8], data: u32) -> Self {
        Self {
            part: point,
            data,
            ..self
        }
    }

    /// The message of a context.
    fn message(&self, context: Context) -> &'a [u8] {
        match context {
            Context::DataPoint | Context::SpanEvent => self.part,
            Context::Log | Context::Metric | Context::Span => self.item,
            Context::Resource => self.resource,
            Context::Scope => self.scope,
        }
    }
}
