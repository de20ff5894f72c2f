//! Lines and how amounts read in them.

use std::fmt;
use std::time::Duration;

use crate::environment::LogLevel;

/// A line for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Info(String),
    Warn(String),
}

impl Line {
    /// Writes the line, if lines of its kind are wanted.
    pub(crate) fn log(&self, wanted: LogLevel) {
        match self {
            Self::Info(text) if wanted >= LogLevel::Info => tracing::info!("{text}"),
            Self::Warn(text) if wanted >= LogLevel::Warn => tracing::warn!("{text}"),
            Self::Info(_) | Self::Warn(_) => {}
        }
    }
}

/// A duration as a person says it: no finer than it matters.
pub(super) fn rounded(duration: Duration) -> Duration {
    if duration >= Duration::from_secs(1) {
        Duration::from_secs(duration.as_secs())
    } else {
        Duration::from_millis(duration.subsec_millis().into())
    }
}

/// An amount of memory in binary units.
pub(super) struct Bytes(pub(super) usize);

impl fmt::Display for Bytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes >= 1 << 20 => write!(formatter, "{} MiB", bytes >> 20),
            bytes => write!(formatter, "{} KiB", bytes >> 10),
        }
    }
}
