//! One message at hand.

use std::borrow::Cow;

use super::Kind;

/// A message that is being looked at and, maybe, changed: every change applies at once, and
/// [`bytes`](Self::bytes) shows it.
///
/// Changes that leave everything as it is cost no copy.
#[derive(Debug)]
pub struct Draft<'a> {
    kind: Kind,
    original: Cow<'a, [u8]>,
    current: Vec<u8>,
    spare: Vec<u8>,
    changed: bool,
    /// Whether the ids of a span may have changed.
    pub(super) ids: bool,
    /// The points that a metric has lost, by their number in the original, in order.
    pub(super) gone: Vec<u64>,
}

impl<'a> Draft<'a> {
    /// A draft of `message`.
    #[must_use]
    pub fn new(kind: Kind, message: &'a [u8]) -> Self {
        Self {
            kind,
            original: Cow::Borrowed(message),
            current: Vec::new(),
            spare: Vec::new(),
            changed: false,
            ids: false,
            gone: Vec::new(),
        }
    }

    /// Starts anew with another message of the same kind, or of kind `kind`.
    pub(super) fn load(&mut self, kind: Kind, message: impl Into<Cow<'a, [u8]>>) {
        self.kind = kind;
        self.original = message.into();
        self.changed = false;
        self.ids = false;
        self.gone.clear();
    }

    /// Which message it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The message as it is now, to be [viewed](crate::otlp::view).
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        if self.changed {
            &self.current
        } else {
            &self.original
        }
    }

    /// Whether anything has changed.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.changed
    }

    /// Replaces the message by what `write` makes of it, if that says `true`. What it writes must
    /// be a message of this kind.
    pub fn rewrite(&mut self, write: impl FnOnce(&[u8], &mut Vec<u8>) -> bool) -> bool {
        self.ids = true;
        self.change(write)
    }

    /// The same for changes that have nothing to do with ids.
    pub(super) fn change(&mut self, write: impl FnOnce(&[u8], &mut Vec<u8>) -> bool) -> bool {
        let mut next = std::mem::take(&mut self.spare);
        next.clear();
        let changed = write(self.bytes(), &mut next);
        if changed {
            std::mem::swap(&mut self.current, &mut next);
            self.changed = true;
        }
        self.spare = next;
        changed
    }
}
