//! What is measured.

use crate::measure::Case;

mod middleware;
mod propagation;

/// How rows of this project's crates are named.
pub(crate) const OURS: &str = "campanile";

/// Cases that belong together.
pub(crate) struct Suite {
    /// What it is called on the command line.
    pub(crate) name: &'static str,
    /// What exactly is measured, printed below the table.
    pub(crate) about: &'static str,
    /// Its cases, ours before theirs.
    pub(crate) cases: fn() -> Vec<Case>,
}

/// Every suite.
pub(crate) static SUITES: &[Suite] = &[middleware::SUITE, propagation::SUITE];
