//! Families and their points.

use super::{Exemplar, Kind, Labels};

/// What the points of one metric have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family<'a> {
    /// The name, with its suffixes.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// What it measures, for people.
    pub help: &'a str,
    /// The unit in words, empty when there is none.
    pub unit: String,
}

/// One point of one family: a sample, or several that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The labels that all of its samples have.
    pub labels: Labels,
    /// Since when it adds up, in nanoseconds since the Unix epoch; 0 when it is not said.
    pub start_unix_nano: u64,
    /// When it was so, in nanoseconds since the Unix epoch.
    pub time_unix_nano: u64,
    /// Whether the value is what came since the point before.
    pub is_delta: bool,
    /// Whether the series has ended: the value then says nothing.
    pub is_stale: bool,
    /// The value.
    pub value: PointValue,
    /// Exemplars, in the order of the point.
    pub exemplars: Vec<Exemplar>,
}

impl Point {
    /// When it was so, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn time_unix_millis(&self) -> i64 {
        (self.time_unix_nano / 1_000_000).cast_signed()
    }
}

/// What a point holds.
#[derive(Clone, Debug, PartialEq)]
pub enum PointValue {
    /// A distribution in buckets with bounds.
    Classic(Classic),
    /// A distribution in buckets of exponential width.
    Exponential(Exponential),
    /// A number.
    Number(f64),
    /// Quantiles.
    Summary(Summary),
}

/// A histogram with bounds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Classic {
    /// The upper bounds of all buckets but the last, which has none: finite and rising.
    pub bounds: Vec<f64>,
    /// The values in each bucket: one bucket more than there are bounds.
    pub counts: Vec<u64>,
    /// What all values add up to, if that is known.
    pub sum: Option<f64>,
    /// The scale of the exponential histogram that it was made of.
    pub scale: Option<i32>,
}

impl Classic {
    /// How many values there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        let counts = self.counts.iter();
        counts.fold(0, |sum, count| sum.saturating_add(*count))
    }
}

/// A histogram with buckets of exponential width: see
/// [`ExponentialHistogramPoint`](crate::otlp::view::ExponentialHistogramPoint).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exponential {
    /// The resolution.
    pub scale: i32,
    /// How many values there are.
    pub count: u64,
    /// What all values add up to, if that is known.
    pub sum: Option<f64>,
    /// How many values are within the threshold.
    pub zero_count: u64,
    /// The width of the zero bucket.
    pub zero_threshold: f64,
    /// Buckets of positive values.
    pub positive: ExponentialBuckets,
    /// Buckets of negative values.
    pub negative: ExponentialBuckets,
}

/// A run of buckets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExponentialBuckets {
    /// The index of the first.
    pub offset: i32,
    /// The values in each.
    pub counts: Vec<u64>,
}

impl ExponentialBuckets {
    /// The buckets that hold something, by index, with `2^by` of them in one.
    pub(super) fn merged(&self, by: u32) -> Vec<(i64, u64)> {
        let mut merged: Vec<(i64, u64)> = Vec::new();
        for (place, count) in (0_i64..).zip(&self.counts) {
            let index = (i64::from(self.offset) + place) >> by.min(63);
            match merged.last_mut() {
                _ if *count == 0 => {}
                Some((last, sum)) if *last == index => *sum = sum.saturating_add(*count),
                _ => merged.push((index, *count)),
            }
        }
        merged
    }
}

/// Quantiles.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Quantiles from 0 to 1 and the values at them; rising.
    pub quantiles: Vec<(f64, f64)>,
    /// What all values add up to.
    pub sum: f64,
    /// How many values there are.
    pub count: u64,
}
