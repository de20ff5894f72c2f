//! Editors: what statements do.

mod keys;
mod map;
mod replace;
mod set;

use super::error::EvalError;
use super::functions::Parameter;
use super::program::Arguments;
use super::record::Draft;

/// What an editor does.
pub(super) type Call = fn(&Arguments, &mut Draft<'_>) -> Result<(), EvalError>;

/// A function that changes its first argument.
pub(super) struct Editor {
    /// The name, as in the Collector.
    pub(super) name: &'static str,
    pub(super) parameters: &'static [Parameter],
    pub(super) call: Call,
}

impl Editor {
    const fn of(name: &'static str, parameters: &'static [Parameter], call: Call) -> Self {
        Self {
            name,
            parameters,
            call,
        }
    }
}

impl std::fmt::Debug for Editor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

/// Every editor.
pub(super) fn editors() -> impl Iterator<Item = &'static Editor> {
    let tables = [keys::TABLE, map::TABLE, replace::TABLE, set::TABLE];
    tables.into_iter().flatten()
}
