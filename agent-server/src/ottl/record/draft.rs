//! A record of which one message can be changed.

use super::super::context::Context;
use super::Record;

/// A [`Record`] whose innermost message can be changed.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    record: Record<'a>,
    context: Context,
    changed: Option<Vec<u8>>,
    /// A `KeyValueList`.
    pub(super) cache: Vec<u8>,
}

impl<'a> Draft<'a> {
    /// A draft of the message of `context` in `record`.
    #[must_use]
    pub fn new(context: Context, record: Record<'a>) -> Self {
        Self {
            record,
            context,
            changed: None,
            cache: Vec::new(),
        }
    }

    /// Forgets what statements have kept for themselves.
    pub fn forget(&mut self) {
        self.cache.clear();
    }

    /// As it is now.
    #[must_use]
    pub fn record(&self) -> Record<'_> {
        let mut record = self.record;
        record.cache = &self.cache;
        if let Some(changed) = &self.changed {
            *record.message_mut(self.context) = changed;
        }
        record
    }

    /// The message as it is now.
    pub(super) fn message(&self) -> &[u8] {
        let original = self.record.message(self.context);
        self.changed.as_deref().unwrap_or(original)
    }

    /// The number of the metric's field that the point is in.
    pub(super) fn data(&self) -> u32 {
        self.record.data
    }

    /// Puts another message in its place.
    pub(super) fn put(&mut self, message: Vec<u8>) {
        if self.message() != message {
            self.changed = Some(message);
        }
    }

    /// The message, if it was changed.
    #[must_use]
    pub fn into_changed(self) -> Option<Vec<u8>> {
        self.changed
    }
}
