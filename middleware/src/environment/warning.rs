//! What the environment said and nobody understood.

use std::fmt;

/// A value that was not understood, and what is done instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Warning {
    pub(super) variable: &'static str,
    pub(super) value: String,
    pub(super) accepted: &'static str,
    pub(super) used: &'static str,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            variable,
            value,
            accepted,
            used,
        } = self;
        write!(
            f,
            "{variable}: {value:?} is not understood; expected {accepted}; {used}"
        )
    }
}
