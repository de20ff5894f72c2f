//! What the environment said and nobody understood.

use std::fmt;

/// A variable that was not understood, and what is done instead.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// The variable's name.
    pub variable: &'static str,
    /// Its value; `(hidden)` where it could be a secret.
    pub value: String,
    /// What would be accepted.
    pub accepted: String,
    /// What is used instead.
    pub used: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            variable,
            value,
            accepted,
            used,
        } = self;
        write!(
            formatter,
            "{variable}={value:?} is not supported: expected {accepted}; using {used}"
        )
    }
}
