//! The data that a statement is evaluated on, borrowed from a request or being changed.

mod draft;
mod get;
mod set;
mod state;

pub use self::draft::Draft;

use super::context::Context;

/// One resource, scope, span, event, metric, point or log record, and what it lies in.
///
/// Every part is the bytes of a message, such as those inside of
/// [views](campanile_wire::otlp::view). What is not given reads as empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Record<'a> {
    resource: &'a [u8],
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
    /// A resource.
    #[must_use]
    pub fn of_resource(resource: &'a [u8]) -> Self {
        Self {
            resource,
            ..Self::default()
        }
    }

    /// An instrumentation scope within this resource.
    #[must_use]
    pub fn scope(self, scope: &'a [u8]) -> Self {
        Self { scope, ..self }
    }

    /// A span, metric or log record within this scope.
    #[must_use]
    pub fn item(self, item: &'a [u8]) -> Self {
        Self { item, ..self }
    }

    /// An event of this span, the `index`th.
    #[must_use]
    pub fn event(self, event: &'a [u8], index: usize) -> Self {
        Self {
            part: event,
            index,
            ..self
        }
    }

    /// A point of this metric, whose points are in its field `data`.
    #[must_use]
    pub fn point(self, point: &'a [u8], data: u32) -> Self {
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
    fn message_mut(&mut self, context: Context) -> &mut &'a [u8] {
        match context {
            Context::DataPoint | Context::SpanEvent => &mut self.part,
            Context::Log | Context::Metric | Context::Span => &mut self.item,
            Context::Resource => &mut self.resource,
            Context::Scope => &mut self.scope,
        }
    }
}
