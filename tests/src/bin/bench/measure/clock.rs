//! Nanoseconds of CPU time.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use super::case::{Case, Operation};

/// Enough that reading the clock does not count, few enough to fit between two interruptions.
const RUNS: usize = 1_000;

const REPETITIONS: usize = 60;

/// CPU time of one run, the least of all repetitions: other programs only ever add to it.
pub(crate) fn nanoseconds(case: &Case) -> f64 {
    let mut operation = case.prepare();
    let repetitions = (0..REPETITIONS).map(|_| repetition(&mut operation));
    let least = repetitions.min();
    let runs = f64::from(u32::try_from(RUNS).unwrap_or(u32::MAX));
    least.unwrap_or_default().as_secs_f64() * 1e9 / runs
}

fn repetition(operation: &mut Operation) -> Duration {
    let before = thread_time();
    operation(RUNS);
    thread_time().saturating_sub(before)
}

fn thread_time() -> Duration {
    time(ClockId::ThreadCPUTime)
}

/// CPU time of all threads of this process so far.
pub(crate) fn process_time() -> Duration {
    time(ClockId::ProcessCPUTime)
}

fn time(clock: ClockId) -> Duration {
    // These clocks count up from zero, so the conversion only fails where there is no such clock.
    Duration::try_from(clock_gettime(clock)).unwrap_or_default()
}
