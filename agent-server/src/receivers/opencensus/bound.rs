//! How many parts a message may have, counted on the wire before anything is decoded.
//!
//! Two bytes on the wire can decode to a structure of two hundred, so limits on bytes alone do not
//! bound memory.

use campanile_wire::protobuf::{Fields, Value, WireError};

/// Attributes, events, links, frames, entries or labels in one list, as in OTLP.
pub(super) const MAX_LIST: u64 = 1_024;
/// The same over all lists of one span.
const MAX_SPAN_PARTS: u64 = 16_384;
/// Time series, points or buckets in one list of a metric.
const MAX_METRIC_LIST: u64 = 20_000;
/// The same, labels included, over all lists of one metric.
const MAX_METRIC_PARTS: u64 = 65_536;

/// Why a message was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TooManyParts {
    /// More than are accepted in one list.
    #[error("more than {0} attributes, events, links, labels, points or buckets in one list")]
    List(u64),
    /// More than are accepted in one span or metric.
    #[error("more than {0} parts in one span or metric")]
    Whole(u64),
    /// Not the protobuf wire format, so that nothing can be counted.
    #[error("malformed protobuf: {0}")]
    Wire(#[from] WireError),
}

/// The fields of a message that hold messages, and what those hold in turn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape(&'static [(u32, Self)]);

impl Shape {
    /// A message that holds no messages.
    pub(super) const LEAF: Self = Self(&[]);
    /// `Attributes.attribute_map`, `TimeEvent.annotation.attributes` and their like.
    const ATTRIBUTES: Self = Self(&[(1, Self::LEAF)]);
    const TRACESTATE: Self = Self(&[(1, Self::LEAF)]);
    const ANNOTATION: Self = Self(&[(2, Self::ATTRIBUTES)]);
    const TIME_EVENTS: Self = Self(&[(1, Self(&[(2, Self::ANNOTATION)]))]);
    const LINKS: Self = Self(&[(1, Self(&[(4, Self::ATTRIBUTES), (5, Self::TRACESTATE)]))]);
    const STACK_TRACE: Self = Self(&[(1, Self(&[(1, Self::LEAF)]))]);

    const EXEMPLAR: Self = Self(&[(3, Self::LEAF)]);
    const DISTRIBUTION: Self = Self(&[
        (4, Self(&[(1, Self::LEAF)])),
        (5, Self(&[(2, Self::EXEMPLAR)])),
    ]);
    const SUMMARY: Self = Self(&[(3, Self(&[(3, Self::LEAF)]))]);
    const POINT: Self = Self(&[(4, Self::DISTRIBUTION), (5, Self::SUMMARY)]);

    /// `Metric`, in the layout of schema 0.2.0 and later.
    pub(crate) const METRIC: Self = Self(&[
        (1, Self(&[(5, Self::LEAF)])),
        (2, Self(&[(2, Self::LEAF), (3, Self::POINT)])),
        (3, Self::RESOURCE),
    ]);
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
        Walk::new(MAX_LIST, MAX_SPAN_PARTS).walk(self, message)
    }

    /// [`check`](Self::check) of a metric, which has other limits.
    ///
    /// # Errors
    ///
    /// The same.
    pub(crate) fn check_metric(message: &[u8]) -> Result<(), TooManyParts> {
        Walk::new(MAX_METRIC_LIST, MAX_METRIC_PARTS).walk(Self::METRIC, message)
    }
}

/// What may still come.
struct Walk {
    list: u64,
    whole: u64,
    left: u64,
}

impl Walk {
    fn new(list: u64, whole: u64) -> Self {
        Self {
            list,
            whole,
            left: whole,
        }
    }

    fn walk(&mut self, shape: Shape, message: &[u8]) -> Result<(), TooManyParts> {
        let mut counts = [0_u64; 8];
        for field in Fields::new(message) {
            let field = field?;
            let found = shape
                .0
                .iter()
                .position(|(number, _)| *number == field.number);
            let (Some(index), Value::Bytes(bytes)) = (found, field.value) else {
                continue;
            };
            counts[index] += 1;
            if counts[index] > self.list {
                return Err(TooManyParts::List(self.list));
            }
            self.left = self
                .left
                .checked_sub(1)
                .ok_or(TooManyParts::Whole(self.whole))?;
            self.walk(shape.0[index].1, bytes)?;
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
        assert_eq!(over, Err(TooManyParts::List(MAX_LIST)));
    }

    #[test]
    fn all_lists_of_a_span_together_have_their_limit() {
        let many: Vec<u8> = (0..17).flat_map(|_| attributes(MAX_LIST)).collect();
        let over = Shape::SPAN.check(&many);
        assert_eq!(over, Err(TooManyParts::Whole(MAX_SPAN_PARTS)));
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
        let over = Shape::SPAN.check(&span);
        assert_eq!(over, Err(TooManyParts::List(MAX_LIST)));
    }

    #[test]
    fn the_buckets_of_a_metric_are_counted() {
        let metric = |buckets: u64| {
            let mut metric = Vec::new();
            nested(&mut metric, 2, |series| {
                nested(series, 3, |point| {
                    nested(point, 4, |distribution| {
                        (0..buckets).for_each(|_| nested(distribution, 5, |_| ()));
                    });
                });
            });
            metric
        };
        assert_eq!(Shape::check_metric(&metric(MAX_METRIC_LIST)), Ok(()));
        let over = Shape::check_metric(&metric(MAX_METRIC_LIST + 1));
        assert_eq!(over, Err(TooManyParts::List(MAX_METRIC_LIST)));
        let many: Vec<u8> = (0..4).flat_map(|_| metric(MAX_METRIC_LIST)).collect();
        let over = Shape::check_metric(&many);
        assert_eq!(over, Err(TooManyParts::Whole(MAX_METRIC_PARTS)));
    }
}
