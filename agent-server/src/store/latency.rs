//! The latency buckets of zPages: nine, bounded as OpenCensus Go does it, lower bound inclusive.

/// Number of buckets.
pub const BUCKETS: usize = 9;

/// The upper bounds in nanoseconds, exclusive; the last bucket has none.
pub const BOUNDS: [u64; BUCKETS - 1] = [
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
    1_000_000_000,
    10_000_000_000,
    60_000_000_000,
];

/// What the buckets are called.
pub const LABELS: [&str; BUCKETS] = [
    "<10us", "10us", "100us", "1ms", "10ms", "100ms", "1s", "10s", ">1min",
];

/// The bucket that a duration in nanoseconds falls into.
#[must_use]
pub fn bucket(nanos: u64) -> usize {
    BOUNDS.iter().take_while(|bound| nanos >= **bound).count()
}

/// The durations in nanoseconds that fall into `bucket`: from, inclusive, and to, exclusive.
#[must_use]
pub fn range(bucket: usize) -> (u64, u64) {
    let from = bucket.checked_sub(1).and_then(|below| BOUNDS.get(below));
    let to = BOUNDS.get(bucket);
    (from.copied().unwrap_or(0), to.copied().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_bounds_are_inclusive_and_upper_bounds_exclusive() {
        let buckets = [0, 9_999, 10_000, 59_999_999_999, 60_000_000_000, u64::MAX].map(bucket);
        assert_eq!(buckets, [0, 0, 1, 7, 8, 8]);
        for index in 0..BUCKETS {
            let (from, to) = range(index);
            assert_eq!((bucket(from), bucket(to - 1)), (index, index));
        }
    }
}
