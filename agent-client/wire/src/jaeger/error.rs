//! What a batch may hold, and why it was refused.

use crate::protobuf::WireError;
use crate::thrift::ThriftError;

/// Upper bounds on what one batch may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Spans per batch.
    pub max_spans: usize,
    /// Tags, logs, references, warnings or fields of one log, of one span; tags of a process. All of
    /// them together may be eight times as many.
    pub max_children: usize,
}

/// What one span may still hold: elements that take a byte on the wire take fifty in memory.
#[derive(Debug)]
pub(super) struct Budget {
    max_children: usize,
    left: usize,
}

impl Budget {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            max_children: limits.max_children,
            left: limits.max_children.saturating_mul(8),
        }
    }

    /// Makes room for `count` elements in a list that has `len`.
    pub(super) fn take(&mut self, len: usize, count: usize) -> Result<(), ReadError> {
        if len + count > self.max_children || count > self.left {
            return Err(ReadError::TooManyChildren(self.max_children));
        }
        self.left -= count;
        Ok(())
    }
}

impl Default for Limits {
    /// 20,000 spans and 1,000 children: what one OTLP request may hold, with room for the
    /// attributes that a translation adds.
    fn default() -> Self {
        Self {
            max_spans: 20_000,
            max_children: 1_000,
        }
    }
}

/// Why a batch could not be read. Nothing of it is then to be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// A field has another type than the protocol gives it.
    #[error("field {0} of a {1} has the wrong type")]
    Field(i64, &'static str),
    /// Not the protobuf wire format.
    #[error("malformed protobuf: {0}")]
    Protobuf(#[from] WireError),
    /// Not the Thrift wire format.
    #[error("malformed thrift: {0}")]
    Thrift(#[from] ThriftError),
    /// A span or process has more tags, logs or references than [`Limits::max_children`].
    #[error("a span has more than {0} tags, logs or references")]
    TooManyChildren(usize),
    /// It has more spans than [`Limits::max_spans`].
    #[error("more than {0} spans in one batch")]
    TooManySpans(usize),
}

impl ReadError {
    /// Whether the batch is sound, but holds more than is accepted.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        matches!(self, Self::TooManyChildren(_) | Self::TooManySpans(_))
    }
}
