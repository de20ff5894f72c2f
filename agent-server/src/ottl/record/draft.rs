//! A record that can be changed.

use std::borrow::Cow;

use super::super::context::Context;
use super::Record;

/// What [`Record`] is, with each message changed or as it was.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Draft<'a> {
    pub(in super::super) resource_entry: &'a [u8],
    pub(in super::super) resource: Cow<'a, [u8]>,
    pub(in super::super) scope_entry: &'a [u8],
    pub(in super::super) scope: Cow<'a, [u8]>,
    pub(in super::super) item: Cow<'a, [u8]>,
    pub(in super::super) part: Cow<'a, [u8]>,
    pub(in super::super) data: u32,
    pub(in super::super) index: usize,
    pub(in super::super) cache: Vec<u8>,
    /// Whether a message of this level was changed: resource, scope, item, part.
    pub(in super::super) changed: [bool; 4],
}

impl Draft<'_> {
    /// As it is now.
    pub(in super::super) fn record(&self) -> Record<'_> {
        Record {
            resource_entry: self.resource_entry,
            resource: &self.resource,
            scope_entry: self.scope_entry,
            scope: &self.scope,
            item: &self.item,
            part: &self.part,
            data: self.data,
            index: self.index,
            cache: &self.cache,
        }
    }

    /// The message of `context`.
    pub(super) fn message(&self, context: Context) -> &[u8] {
        match context {
            Context::DataPoint | Context::SpanEvent => &self.part,
            Context::Log | Context::Metric | Context::Span => &self.item,
            Context::Resource => &self.resource,
            Context::Scope => &self.scope,
        }
    }

    /// Puts another message in place of that of `context`.
    pub(super) fn put(&mut self, context: Context, message: Vec<u8>) {
        let (place, level) = match context {
            Context::DataPoint | Context::SpanEvent => (&mut self.part, 3),
            Context::Log | Context::Metric | Context::Span => (&mut self.item, 2),
            Context::Resource => (&mut self.resource, 0),
            Context::Scope => (&mut self.scope, 1),
        };
        if **place != *message {
            *place = Cow::Owned(message);
            self.changed[level] = true;
        }
    }
}
