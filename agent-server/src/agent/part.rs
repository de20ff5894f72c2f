//! What of an agent starts and stops by itself.

use std::{fmt, io};

use futures_util::future::BoxFuture;

use super::failure::blame;
use crate::component::{ComponentId, StartError, Tasks};
use crate::config::{Problem, Written};

/// Something with tasks of its own. The order is the one in which parts start.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Metrics,
    Exporter(ComponentId),
    Extension(ComponentId),
    Receiver(ComponentId),
}

/// Starts a part; whenever it is called, anew.
pub(super) type Begin<'b> = Box<dyn FnMut(Tasks) -> Beginning + Send + 'b>;

/// A part on its way to run.
pub(super) type Beginning = BoxFuture<'static, Result<(), NotBegun>>;

/// Why a part did not start; nothing of it runs.
pub(super) struct NotBegun {
    pub(super) problem: Box<Problem>,
    /// The address where somebody else listens, who may be on the way out.
    pub(super) in_use: Option<String>,
}

impl NotBegun {
    /// Blames the value of the configuration that is at fault.
    pub(super) fn blame(written: &Written, key: &str, error: &StartError) -> Self {
        let in_use = match error {
            StartError::Bind {
                source, endpoint, ..
            } if source.kind() == io::ErrorKind::AddrInUse => Some(endpoint.clone()),
            StartError::Bind { .. } | StartError::Other { .. } => None,
        };
        Self {
            problem: Box::new(blame(written, key, error)),
            in_use,
        }
    }
}

impl From<Problem> for NotBegun {
    fn from(problem: Problem) -> Self {
        Self {
            problem: Box::new(problem),
            in_use: None,
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Metrics => formatter.write_str("service.telemetry.metrics"),
            Self::Exporter(id) => write!(formatter, "exporters.{id}"),
            Self::Extension(id) => write!(formatter, "extensions.{id}"),
            Self::Receiver(id) => write!(formatter, "receivers.{id}"),
        }
    }
}
