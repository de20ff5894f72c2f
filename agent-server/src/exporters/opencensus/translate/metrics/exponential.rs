//! Exponential buckets as explicit ones.
//!
//! Negative buckets come first, mirrored, then the zero bucket, which reaches from one side to the
//! other, then the positive ones. A side with more than [`MAX_BUCKETS`] buckets becomes coarser,
//! two buckets one, until it fits: no value leaves its bounds. Bounds that a double cannot hold or
//! tell apart become one.

use campanile_wire::otlp::view::{self, ExponentialHistogramPoint};

/// Buckets on each side of zero: as many as SDKs make by default.
const MAX_BUCKETS: usize = 160;
/// From here on the bounds of positive indexes are infinite, and of negative ones 0.
const MIN_SCALE: i32 = -11;
/// Buckets that are looked at on each side; what lies beyond is one with the last.
const MAX_READ: usize = 65_536;

/// Bounds, strictly ascending and finite, and the counts between them.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Explicit {
    pub(super) bounds: Vec<f64>,
    pub(super) counts: Vec<u64>,
}

/// The buckets of a point.
pub(super) fn buckets(point: &ExponentialHistogramPoint<'_>) -> Explicit {
    let negative = Side::new(point.scale, &point.negative);
    let positive = Side::new(point.scale, &point.positive);
    let mut list = Ascending::default();
    if !negative.counts.is_empty() {
        list.push(-negative.bound(negative.counts.len()), 0);
    }
    for (index, count) in negative.counts.iter().enumerate().rev() {
        list.push(-negative.bound(index), *count);
    }
    let end_of_zero = match positive.counts.is_empty() {
        true => point.zero_threshold,
        false => positive.bound(0),
    };
    list.push(end_of_zero, point.zero_count);
    for (index, count) in positive.counts.iter().enumerate() {
        list.push(positive.bound(index + 1), *count);
    }
    list.finish()
}

/// The buckets on one side of zero, by absolute value.
struct Side {
    scale: i32,
    offset: i64,
    counts: Vec<u64>,
}

impl Side {
    fn new(scale: i32, buckets: &view::Buckets<'_>) -> Self {
        let mut side = Self {
            scale,
            offset: buckets.offset.into(),
            counts: buckets.counts().take(MAX_READ).collect(),
        };
        while side.counts.len() > MAX_BUCKETS {
            side.halve();
        }
        side
    }

    /// One scale down, the bucket of index i lies in that of index i / 2, rounded down.
    fn halve(&mut self) {
        if self.offset % 2 != 0 {
            self.offset -= 1;
            self.counts.insert(0, 0);
        }
        let pairs = self.counts.chunks(2);
        let sum = |pair: &[u64]| {
            pair.iter()
                .fold(0_u64, |sum, count| sum.saturating_add(*count))
        };
        self.counts = pairs.map(sum).collect();
        self.offset /= 2;
        self.scale = self.scale.saturating_sub(1);
    }

    /// Where the bucket at this place begins: base ^ index, with base 2 ^ (2 ^ -scale).
    fn bound(&self, place: usize) -> f64 {
        let index = self.offset as f64 + place as f64;
        (index * (-f64::from(self.scale.max(MIN_SCALE))).exp2()).exp2()
    }
}

/// Buckets from the lowest to the highest.
#[derive(Default)]
struct Ascending {
    done: Explicit,
    /// Counted since the last bound.
    open: u64,
}

impl Ascending {
    /// Ends a bucket, unless the bound is none: what was counted stays for the next.
    fn push(&mut self, bound: f64, count: u64) {
        self.open = self.open.saturating_add(count);
        if bound.is_finite() && self.done.bounds.last().is_none_or(|last| *last < bound) {
            self.done.bounds.push(bound);
            self.done.counts.push(std::mem::take(&mut self.open));
        }
    }

    fn finish(mut self) -> Explicit {
        self.done.counts.push(self.open);
        self.done
    }
}
