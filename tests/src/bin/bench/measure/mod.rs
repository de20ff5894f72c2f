//! What one run of a case costs.

use std::error::Error;

mod callgrind;
mod case;
mod clock;
mod net;

pub(crate) use callgrind::{Callgrind, ONLY};
pub(crate) use case::Case;
pub(crate) use net::net;

use crate::ALLOCATOR;

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
    let before = ALLOCATOR.stats();
    operation(RUNS);
    let made = ALLOCATOR.stats() - before;
    let runs = u64::try_from(RUNS).unwrap_or(u64::MAX);
    let made = u64::try_from(made.allocations + made.reallocations).unwrap_or(u64::MAX);
    made.div_ceil(runs)
}
