//! What a log is told.

use std::time::Duration;

/// The bounds of a log, and what it promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// Bytes that it may hold. What does not fit is refused. Default 1 GiB.
    pub max_bytes: u64,
    /// How old what it holds may get before [`discard_expired`](super::Log::discard_expired) drops
    /// it. Default 24 h.
    pub max_age: Duration,
    /// Bytes after which a new segment begins; an eighth of `max_bytes` if that is less, because
    /// space is given back by the segment. Default 16 MiB.
    pub segment_bytes: u64,
    /// When a record counts as kept, and may be read. Default `Written`.
    pub durability: Durability,
    /// Where a destination begins that the log has not met before. Default `Oldest`.
    pub new_destinations: Start,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            max_bytes: 1 << 30,
            max_age: Duration::from_secs(24 * 60 * 60),
            segment_bytes: 16 << 20,
            durability: Durability::default(),
            new_destinations: Start::default(),
        }
    }
}

impl LogSettings {
    /// Bytes after which a new segment begins.
    pub(super) fn segment(&self) -> u64 {
        self.segment_bytes.min(self.max_bytes / 8)
    }
}

/// What a record has to survive before it counts as kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// The end of the process, however it comes: it has been written.
    #[default]
    Written,
    /// A loss of power: it has been [synced](super::Log::sync).
    Synced,
}

/// Where a destination begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// At the end: it gets what comes.
    End,
    /// With the oldest that is there.
    #[default]
    Oldest,
}
