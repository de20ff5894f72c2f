//! Where spans are kept, and how many.

use std::path::PathBuf;
use std::time::Duration;

/// Where spans are kept, and how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The directory of the database file; `None` keeps spans in memory.
    pub directory: Option<PathBuf>,
    /// Bytes that the database may hold. One payload more may be there for a moment.
    pub max_bytes: u64,
    /// How long after its first span came a trace is kept.
    pub max_age: Duration,
}

impl Default for Settings {
    /// In memory, 256 MiB, 24 hours.
    fn default() -> Self {
        Self {
            directory: None,
            max_bytes: 256 << 20,
            max_age: Duration::from_secs(24 * 60 * 60),
        }
    }
}
