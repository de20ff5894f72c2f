//! What is known of a trace without looking at its attributes.

use campanile_wire::protobuf::{Fields, Value};

use super::split::{NO_TRACE, TraceId};

/// The sum of some spans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Summary {
    pub(super) spans: u64,
    /// Bytes of the spans.
    pub(super) bytes: u64,
    /// The earliest start, in nanoseconds since the Unix epoch; 0 when none is known.
    start: u64,
    /// The latest end.
    end: u64,
    /// The status codes, each as the bit of its number.
    pub(super) codes: u8,
    /// Whether a span has the W3C flag `sampled`.
    pub(super) sampled: bool,
    /// Whether the root is among them.
    pub(super) root: bool,
}

impl Summary {
    /// Reads one span: the id of its trace, and what is known of it.
    pub(super) fn of_span(span: &[u8]) -> (TraceId, Self) {
        let mut id = NO_TRACE;
        let (mut code, mut orphan) = (0, true);
        let mut summary = Self {
            spans: 1,
            bytes: span.len() as u64,
            ..Self::default()
        };
        for field in Fields::new(span).map_while(Result::ok) {
            match (field.number, field.value) {
                (1, Value::Bytes(bytes)) => id = bytes.try_into().unwrap_or(NO_TRACE),
                (4, Value::Bytes(parent)) => orphan = parent.iter().all(|byte| *byte == 0),
                (7, Value::Fixed64(time)) => summary.start = time,
                (8, Value::Fixed64(time)) => summary.end = time,
                (15, Value::Bytes(status)) => code = status_code(status),
                (16, Value::Fixed32(flags)) => summary.sampled = flags & 1 != 0,
                _ => {}
            }
        }
        summary.codes = 1_u8.checked_shl(u32::from(code)).unwrap_or(0);
        summary.root = orphan;
        (id, summary)
    }

    /// Adds others.
    pub(super) fn add(&mut self, other: &Self) {
        self.start = match (self.start, other.start) {
            (0, start) | (start, 0) => start,
            (one, other) => one.min(other),
        };
        self.end = self.end.max(other.end);
        self.spans += other.spans;
        self.bytes += other.bytes;
        self.codes |= other.codes;
        self.sampled |= other.sampled;
        self.root |= other.root;
    }

    /// Milliseconds from the earliest start to the latest end.
    pub(super) fn milliseconds(&self) -> u64 {
        self.end.saturating_sub(self.start) / 1_000_000
    }
}

fn status_code(status: &[u8]) -> u8 {
    let mut code = 0;
    for field in Fields::new(status).map_while(Result::ok) {
        if let (3, Value::Varint(value)) = (field.number, field.value) {
            code = u8::try_from(value).unwrap_or(u8::MAX);
        }
    }
    code
}
