//! How the store can fail.

use std::io;
use std::path::PathBuf;

/// The store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory cannot be made or a file in it cannot be moved.
    #[error("cannot use {path}: {source}", path = path.display())]
    Directory {
        /// The directory or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The database cannot be opened or made.
    #[error("cannot open the span store: {0}")]
    Database(#[from] rusqlite::Error),
}

/// The store could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[error("the span store failed: {0}")]
pub struct StoreError(#[from] rusqlite::Error);

/// A trace that was asked for by the beginning of its id is not there.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// More than one kept trace begins so.
    #[error("more than one kept trace begins with these digits; give more of them")]
    Ambiguous,
    /// No kept trace begins so.
    #[error("no such trace is kept")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for FindError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(StoreError(error))
    }
}
