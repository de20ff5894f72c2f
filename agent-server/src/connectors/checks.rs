//! Values that several connectors have in their configurations, and what is wrong with them.

use std::time::Duration;

use crate::component::Invalid;
use crate::config::HumanDuration;

/// Buckets that a histogram may have.
pub(super) const MAX_BUCKETS: u32 = 1_024;

/// Where buckets end unless the configuration says otherwise.
pub(super) fn default_buckets() -> Vec<HumanDuration> {
    const MILLIS: [u64; 16] = [
        2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1_000, 1_400, 2_000, 5_000, 10_000, 15_000,
    ];
    let buckets = MILLIS.map(|millis| HumanDuration(Duration::from_millis(millis)));
    buckets.to_vec()
}

/// Refuses an interval of nothing.
pub(super) fn interval(interval: HumanDuration) -> Option<Invalid> {
    let message = "must be more than 0: metrics are not written for every payload";
    let none = interval.0.is_zero();
    none.then(|| Invalid::new("metrics_flush_interval", message))
}

/// Refuses bounds that are none, too many, or do not rise.
pub(super) fn rising(key: &str, bounds: &[HumanDuration]) -> Option<Invalid> {
    let rise = bounds.windows(2).all(|pair| pair[0] < pair[1]);
    let starts = bounds.first().is_some_and(|first| !first.0.is_zero());
    let few = bounds.len() <= MAX_BUCKETS as usize;
    let message = format!("must be 1 to {MAX_BUCKETS} durations above 0 that rise");
    (!(rise && starts && few)).then(|| Invalid::new(key, message))
}

/// Refuses a number that is not from `low` to `high`.
pub(super) fn within(key: &str, number: u32, low: u32, high: u32) -> Option<Invalid> {
    let message = format!("{number} is not from {low} to {high}");
    (!(low..=high).contains(&number)).then(|| Invalid::new(key, message))
}
