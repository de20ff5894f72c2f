//! How a command ends.

use std::process::ExitCode;

/// Why a command did not do what it was asked to. Printed once, in `main`.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The configuration is wrong; the text is the rendered report, one block per error.
    #[error("{0}")]
    Configuration(String),
    /// Something else went wrong.
    #[error("{0}")]
    Failed(String),
    /// What was asked for does not exist.
    #[error("{0}")]
    NotFound(String),
    /// It took too long.
    #[error("{0}")]
    TimedOut(String),
    /// No agent answers.
    #[error("{0}")]
    Unreachable(String),
}

impl CliError {
    /// The exit code: 1 failed, 3 not found, 4 agent unreachable, 5 timed out, 78 bad
    /// configuration. (2, bad usage, is the argument parser's.)
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Failed(_) => 1,
            Self::NotFound(_) => 3,
            Self::Unreachable(_) => 4,
            Self::TimedOut(_) => 5,
            Self::Configuration(_) => 78,
        })
    }
}
