//! How many parts a message may have, counted on the wire before anything is decoded.
//!
//! Two bytes on the wire can decode to a structure of two hundred, so limits on bytes alone do not
//! bound memory.

use campanile_wire::protobuf::{Fields, Value, WireError};

/// Attributes, events, links, frames, entries or labels in one list, as in OTLP.
pub(super) const MAX_LIST: u64 = 1_024;
/// The same over all lists of one span.
const MAX_PARTS: u64 = 16_384;

/// Why a message was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TooManyParts {
    /// More than [`MAX_LIST`] in one list.
    #[error("more than {MAX_LIST} attributes, events, links or labels in one list")]
    List,
    /// More than [`MAX_PARTS`] in one span.
    #[error("more than {MAX_PARTS} attributes, events and links in one span")]
    Span,
    /// Not the protobuf wire format, so that nothing can be counted.
    #[error("malformed protobuf: {0}")]
    Wire(#[from] WireError),
}

/// The fields of a message that hold messages, and what those hold in turn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape(&'static [(u32, Self)]);

impl Shape {
    const LEAF: Self = Self(&[]);
    /// `Attributes.attribute_map`, `TimeEvent.annotation.attributes` and their like.
    const ATTRIBUTES: Self = Self(&[(1, Self::LEAF)]);
    const TRACESTATE: Self = Self(&[(1, Self::LEAF)]);
    const ANNOTATION: Self = Self(&[(2, Self::ATTRIBUTES)]);
    const TIME_EVENTS: Self = Self(&[(1, Self(&[(2, Self::ANNOTATION)]))]);
    const LINKS: Self = Self(&[(1, Self(&[(4, Self::ATTRIBUTES), (5, Self::TRACESTATE)]))]);
    const STACK_TRACE: Self = Self(&[(1, Self(&[(1, Self::LEAF)]))]);

    /// `Node`.
    pub(super) const NODE: Self = Self(&[(4, Self::LEAF)]);
    /// `Resource`.
    pub(super) const RESOURCE: Self = Self(&[(2, Self::LEAF)]);
    /// `Span`.
    pub(super) const SPAN: Self = Self(&[
        (7, Self::ATTRIBUTES),
        (8, Self::STACK_TRACE),
        (9, Self::TIME_EVENTS),
        (10, Self::LINKS),
        (15, Self::TRACESTATE),
        (16, Self::RESOURCE),
    ]);

    /// Checks the number of parts of `message`.
    ///
    /// # Errors
    ///
    /// When there are too many, or the framing is broken so that they cannot be counted.
    pub(super) fn check(self, message: &[u8]) -> Result<(), TooManyParts> {
        let mut left = MAX_PARTS;
        self.walk(message, &mut left)
    }

    fn walk(self, message: &[u8], left: &mut u64) -> Result<(), TooManyParts> {
        let mut counts = [0_u64; 8];
        for field in Fields::new(message) {
            let field = field?;
            let found = self
                .0
                .iter()
                .position(|(number, _)| *number == field.number);
            let (Some(index), Value::Bytes(bytes)) = (found, field.value) else {
                continue;
            };
            counts[index] += 1;
            if counts[index] > MAX_LIST {
                return Err(TooManyParts::List);
            }
            *left = left.checked_sub(1).ok_or(TooManyParts::Span)?;
            self.0[index].1.walk(bytes, left)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use campanile_wire::otlp::write::nested;

    use super::*;

    fn attributes(count: u64) -> Vec<u8> {
        let mut span = Vec::new();
        nested(&mut span, 7, |out| {
            for _ in 0..count {
                nested(out, 1, |_| ());
            }
        });
        span
    }

    #[test]
    fn a_list_has_its_limit() {
        assert_eq!(Shape::SPAN.check(&attributes(MAX_LIST)), Ok(()));
        let over = Shape::SPAN.check(&attributes(MAX_LIST + 1));
        assert_eq!(over, Err(TooManyParts::List));
    }

    #[test]
    fn all_lists_of_a_span_together_have_their_limit() {
        let many: Vec<u8> = (0..17).flat_map(|_| attributes(MAX_LIST)).collect();
        assert_eq!(Shape::SPAN.check(&many), Err(TooManyParts::Span));
    }

    #[test]
    fn events_within_events_are_counted() {
        let mut span = Vec::new();
        nested(&mut span, 9, |out| {
            nested(out, 1, |out| {
                nested(out, 2, |out| {
                    nested(out, 2, |out| out.extend((0..1_025).flat_map(|_| [0x0a, 0])));
                });
            });
        });
        assert_eq!(Shape::SPAN.check(&span), Err(TooManyParts::List));
    }
}
