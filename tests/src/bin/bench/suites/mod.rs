//! What is measured.

use crate::findings::{Finding, Table};
use crate::measure::{Case, Result};

mod agent;
mod client;
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
    /// How it is measured.
    pub(crate) kind: Kind,
}

/// How a suite is measured.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// Operations that wait for nothing, ours before theirs.
    Cases(fn() -> Vec<Case>),
    /// Programs that talk to each other.
    Programs {
        /// Adds what they find; with the suite's own options.
        find: fn(&[&str], &mut Vec<Finding>) -> Result<()>,
        /// Is one of them.
        part: fn(&[&str]) -> Result<()>,
        /// Shows what was found.
        table: Table,
    },
}

/// Every suite.
pub(crate) static SUITES: &[Suite] = &[
    agent::SUITE,
    client::SUITE,
    middleware::SUITE,
    propagation::SUITE,
];
