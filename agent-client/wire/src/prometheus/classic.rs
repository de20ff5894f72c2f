//! Exponential histograms for formats that know only buckets with bounds.

use super::{Classic, Exponential};

/// The finest scale: buckets end at powers of two. A finer one would give more series than anyone
/// asks for, whose bounds come and go as values spread.
const MAX_SCALE: i32 = 0;

impl Exponential {
    /// The same values in buckets that end at powers of two, or coarser ones; buckets that are
    /// empty are left out.
    ///
    /// A bucket of negative values ends at the bound that is nearer to zero, which is not part of
    /// it: a value that is exactly there counts one bucket too low.
    #[must_use]
    pub fn classic(&self) -> Classic {
        let scale = self.scale.min(MAX_SCALE);
        let by = self.scale.saturating_sub(scale).unsigned_abs();
        let mut buckets: Vec<(f64, u64)> = Vec::new();
        let negative = self.negative.merged(by).into_iter().rev();
        buckets.extend(negative.map(|(index, count)| (-bound(scale, index), count)));
        let zero = self.zero_threshold.clamp(0.0, f64::MAX);
        if self.zero_count > 0 || !buckets.is_empty() {
            buckets.push((zero, self.zero_count));
        }
        let positive = self.positive.merged(by).into_iter();
        buckets.extend(positive.map(|(index, count)| (bound(scale, index + 1), count)));

        let mut classic = Classic {
            sum: self.sum,
            scale: Some(scale),
            ..Classic::default()
        };
        let mut rest: u64 = 0;
        // In order, unless the zero bucket is wider than its neighbors or bounds overflow.
        buckets.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        for (bound, count) in buckets {
            match (classic.bounds.last(), classic.counts.last_mut()) {
                _ if !bound.is_finite() => rest = rest.saturating_add(count),
                (Some(last), Some(sum)) if *last >= bound => *sum = sum.saturating_add(count),
                _ => {
                    classic.bounds.push(bound);
                    classic.counts.push(count);
                }
            }
        }
        classic.counts.push(rest);
        classic
    }
}

/// `base^index` at `scale`, which is zero or less.
fn bound(scale: i32, index: i64) -> f64 {
    let width = 1_i64 << scale.unsigned_abs().min(32);
    let exponent = index.saturating_mul(width).clamp(-1_100, 1_100);
    f64::powi(2.0, exponent as i32)
}
