//! Spans at a steady rate.

use std::thread;
use std::time::{Duration, Instant};

/// Long enough that waking up does not count, short enough that a queue sees a stream.
const TICKS_A_SECOND: u32 = 250;

/// Calls `make` so many times, and so often in a second.
pub(super) fn paced(times: u32, a_second: u32, mut make: impl FnMut()) {
    let a_tick = (a_second / TICKS_A_SECOND).max(1);
    let mut next = Instant::now();
    for index in 0..times {
        if index % a_tick == 0 {
            thread::sleep(next.saturating_duration_since(Instant::now()));
            next += Duration::from_secs(1) * a_tick / a_second;
        }
        make();
    }
}

/// Calls `make` so many times, and so often in a second, in a thread that never rests: one that
/// handles requests has just worked when a span ends, and its processor is awake.
pub(super) fn busy(times: u32, a_second: u32, mut make: impl FnMut()) {
    let start = Instant::now();
    for index in 0..times {
        let due = start + Duration::from_secs(1) * index / a_second;
        while Instant::now() < due {
            std::hint::spin_loop();
        }
        make();
    }
}

/// The value in the middle, the greater of two.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The value that `per_mille` of a thousand do not exceed.
pub(super) fn percentile(sorted: &[u64], per_mille: usize) -> Option<u64> {
    let rank = (sorted.len() * per_mille).div_ceil(1_000);
    sorted.get(rank.checked_sub(1)?).copied()
}
