//! How configuring, building and starting a component can fail.

use std::io;

/// How the message about a key ends that is known and not supported.
pub(crate) const NOT_SUPPORTED: &str = "is not supported yet";

/// One thing wrong with a component's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// Where, below the component: `protocols.grpc.endpoint`; empty for the component itself.
    pub key: String,
    /// What is wrong, in lower case and without a full stop.
    pub message: String,
    /// What to type instead, if that is known.
    pub help: Option<String>,
}

impl Invalid {
    /// Says that the value at `key` is wrong.
    #[must_use]
    pub fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            message: message.into(),
            help: None,
        }
    }
}

/// A component that cannot be built from a configuration that is valid in itself.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct BuildError {
    /// The key to blame, below the component; empty for the component itself.
    pub key: String,
    /// What happened.
    pub message: String,
}

impl BuildError {
    /// Blames `key` for `message`.
    #[must_use]
    pub fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            message: message.into(),
        }
    }
}

/// A component that cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An address could not be listened on.
    #[error("cannot listen on {endpoint}: {source}")]
    Bind {
        /// The key to blame, below the component.
        key: String,
        /// The address as configured.
        endpoint: String,
        /// What the system said.
        source: io::Error,
    },
    /// Anything else.
    #[error("{message}")]
    Other {
        /// The key to blame, below the component.
        key: String,
        /// What happened.
        message: String,
    },
}

impl StartError {
    /// The key to blame, below the component.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Bind { key, .. } | Self::Other { key, .. } => key,
        }
    }
}
