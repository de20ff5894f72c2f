//! Exponential buckets as explicit ones.
//!
//! ```text
//!  -base^3   -base^2   -base^1       base^4   base^5   base^6
//! ----|---------|---------|----------|--------|--------|----
//!  0  | negative, mirrored|   zero   |    positive     |  0
//! ```
//!
//! The zero bucket reaches from one side to the other. Where there is nothing negative it has no
//! lower bound; where there is nothing positive it ends at the zero threshold, 0 as a rule.
//!
//! A side with more than [`MAX_BUCKETS`] buckets becomes coarser, two buckets one, until it fits:
//! no value leaves its bounds. Bounds that a double cannot hold or tell apart become one.

use std::mem;

use opentelemetry_proto::tonic::metrics::v1::{
    ExponentialHistogramDataPoint, exponential_histogram_data_point::Buckets as OtlpBuckets,
};

use super::distribution::Buckets;

/// Buckets on each side of zero: as many as the SDK makes by default.
pub(super) const MAX_BUCKETS: usize = 160;

/// From here on, the bounds of positive indexes are infinite, and of negative ones 0.
const MIN_SCALE: i32 = -11;

/// Explicit bounds, strictly ascending and finite, and the counts between them.
pub(super) fn buckets(point: &ExponentialHistogramDataPoint) -> Buckets {
    let negative = Side::new(point.scale, point.negative.as_ref());
    let positive = Side::new(point.scale, point.positive.as_ref());
    let mut list = Ascending::default();
    if !negative.counts.is_empty() {
        list.push(-negative.bound(negative.counts.len()), 0);
    }
    for (index, count) in negative.counts.iter().enumerate().rev() {
        list.push(-negative.bound(index), *count);
    }
    let end_of_zero = if positive.counts.is_empty() {
        point.zero_threshold
    } else {
        positive.bound(0)
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
    fn new(scale: i32, buckets: Option<&OtlpBuckets>) -> Self {
        let mut side = Self {
            scale,
            offset: buckets.map_or(0, |buckets| buckets.offset.into()),
            counts: buckets.map_or_else(Vec::new, |buckets| buckets.bucket_counts.clone()),
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
        self.counts = pairs
            .map(|pair| {
                pair.iter()
                    .fold(0, |sum: u64, count| sum.saturating_add(*count))
            })
            .collect();
        self.offset /= 2;
        self.scale = self.scale.saturating_sub(1);
    }

    /// Where the bucket at this place in the list begins: base ^ index, with base 2 ^ (2 ^ -scale).
    fn bound(&self, place: usize) -> f64 {
        let index = self.offset as f64 + place as f64;
        (index * (-f64::from(self.scale.max(MIN_SCALE))).exp2()).exp2()
    }
}

/// Buckets from the lowest to the highest.
#[derive(Default)]
struct Ascending {
    bounds: Vec<f64>,
    counts: Vec<u64>,
    /// Counted since the last bound.
    open: u64,
}

impl Ascending {
    /// Ends a bucket, unless the bound is none: what was counted stays for the next.
    fn push(&mut self, bound: f64, count: u64) {
        self.open = self.open.saturating_add(count);
        if bound.is_finite() && self.bounds.last().is_none_or(|last| *last < bound) {
            self.bounds.push(bound);
            self.counts.push(mem::take(&mut self.open));
        }
    }

    fn finish(mut self) -> Buckets {
        self.counts.push(self.open);
        Buckets {
            bounds: self.bounds,
            counts: self.counts,
        }
    }
}
