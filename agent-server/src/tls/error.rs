//! Certificates and keys that cannot be used.

use std::io;
use std::path::Path;

/// Why a `tls` block cannot be put into practice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct TlsError {
    /// The key to blame, below the block.
    pub(crate) key: &'static str,
    /// What is wrong with what it names.
    pub(crate) message: String,
}

impl TlsError {
    pub(crate) fn new(key: &'static str, message: impl Into<String>) -> Self {
        Self {
            key,
            message: message.into(),
        }
    }

    pub(crate) fn unreadable(key: &'static str, path: &Path, error: &io::Error) -> Self {
        Self::new(key, format!("cannot read {}: {error}", path.display()))
    }
}
