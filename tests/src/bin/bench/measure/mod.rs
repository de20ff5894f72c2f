//! What one run of a case costs.

use std::error::Error;

mod callgrind;
mod case;
mod clock;
mod net;

pub(crate) use callgrind::{Callgrind, ONLY, collected};
pub(crate) use case::Case;
pub(crate) use clock::process_time;
pub(crate) use net::net;

use crate::ALLOCATOR;

/// Whether allocations are counted.
pub(crate) const COUNTS: bool = cfg!(feature = "counting");

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What one run of an operation costs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    /// `None` when valgrind is not installed.
    pub(crate) instructions: Option<u64>,
    pub(crate) allocations: u64,
    pub(crate) nanoseconds: f64,
}

/// Measures a case; `suite` and `index` are how the program finds it again under callgrind.
pub(crate) fn figures(
    case: &Case,
    callgrind: Option<&Callgrind>,
    suite: &str,
    index: usize,
) -> Result<Figures> {
    Ok(Figures {
        instructions: callgrind
            .map(|callgrind| callgrind.instructions(suite, index))
            .transpose()?,
        allocations: allocations(case),
        nanoseconds: clock::nanoseconds(case),
    })
}

/// Allocations of one run, the first few runs apart: they fill what is filled once.
fn allocations(case: &Case) -> u64 {
    const RUNS: usize = 64;
    let mut operation = case.prepare();
    operation(RUNS);
    let before = allocated();
    operation(RUNS);
    let made = allocated() - before;
    made.div_ceil(u64::try_from(RUNS).unwrap_or(u64::MAX))
}

/// Allocations of this process so far.
pub(crate) fn allocated() -> u64 {
    let stats = ALLOCATOR.stats();
    u64::try_from(stats.allocations + stats.reallocations).unwrap_or(u64::MAX)
}
