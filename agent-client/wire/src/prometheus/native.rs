//! Native histograms.
//!
//! Specification: <https://prometheus.io/docs/specs/native_histograms/>.

use super::{Exponential, ExponentialBuckets};

/// The finest schema there is; finer scales are merged down to it.
const MAX_SCHEMA: i32 = 8;

/// The coarsest schema there is; coarser scales cannot be written.
const MIN_SCHEMA: i32 = -4;

/// Empty buckets that are written rather than skipped: a new span costs more.
const MAX_GAP: i64 = 2;

/// A native histogram of integer counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Native {
    /// The resolution.
    pub schema: i32,
    /// How many values there are.
    pub count: u64,
    /// What all values add up to.
    pub sum: f64,
    /// How many values are within the threshold.
    pub zero_count: u64,
    /// The width of the zero bucket.
    pub zero_threshold: f64,
    /// Buckets of positive values.
    pub positive: NativeBuckets,
    /// Buckets of negative values.
    pub negative: NativeBuckets,
}

/// Buckets in spans.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NativeBuckets {
    /// How many buckets are skipped before each span (of the first, its index), and its length.
    pub spans: Vec<(i32, u32)>,
    /// The count of the first bucket, then differences to the bucket before.
    pub deltas: Vec<i64>,
}

impl Exponential {
    /// Whether no native histogram is as coarse as this one.
    #[must_use]
    pub fn is_too_coarse(&self) -> bool {
        self.scale < MIN_SCHEMA
    }
}

/// Writes an exponential histogram as a native one; `None` when it is too coarse for that.
#[must_use]
pub fn native(histogram: &Exponential) -> Option<Native> {
    if histogram.is_too_coarse() {
        return None;
    }
    let schema = histogram.scale.min(MAX_SCHEMA);
    let by = histogram.scale.abs_diff(schema);
    Some(Native {
        schema,
        count: histogram.count,
        sum: histogram.sum.unwrap_or(0.0),
        zero_count: histogram.zero_count,
        zero_threshold: histogram.zero_threshold,
        positive: buckets(&histogram.positive, by),
        negative: buckets(&histogram.negative, by),
    })
}

fn buckets(buckets: &ExponentialBuckets, by: u32) -> NativeBuckets {
    let mut out = NativeBuckets::default();
    let (mut next, mut last) = (0_i64, 0_i64);
    for (index, count) in buckets.merged(by) {
        // A native bucket is named by its upper bound, an exponential one by its lower.
        let index = index + 1;
        let gap = index - next;
        match out.spans.last_mut() {
            Some((_, length)) if gap <= MAX_GAP => {
                *length += gap as u32 + 1;
                for _ in 0..gap {
                    out.deltas.push(-last);
                    last = 0;
                }
            }
            _ => out.spans.push((gap as i32, 1)),
        }
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        out.deltas.push(count - last);
        (next, last) = (index + 1, count);
    }
    out
}
