//! What is in use, and how much may be.

use super::plan::{Emits, Plan};

/// Bytes that all series and resources may take, about.
pub(super) const MAX_BYTES: usize = 128 << 20;
/// Bytes of the attributes of one series; those of a longer one count as overflow.
const MAX_KEY: usize = 4 << 10;
/// What a series takes beside its attributes and buckets, about.
const SERIES_BYTES: usize = 256;

/// What is in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Usage {
    /// Bytes, about.
    pub(super) bytes: usize,
    /// Series.
    pub(super) series: usize,
    /// Spans and events that have counted as overflow so far.
    pub(super) overflowed: u64,
}

impl Usage {
    /// Adds a series.
    pub(super) fn add(&mut self, plan: &Plan, emits: &Emits, key: &[u8]) {
        self.series += 1;
        self.bytes += weight(plan, emits, key);
    }

    /// Takes a series away.
    pub(super) fn remove(&mut self, plan: &Plan, emits: &Emits, key: &[u8]) {
        self.series -= 1;
        self.bytes -= weight(plan, emits, key);
    }
}

/// Bytes that a series takes, about.
fn weight(plan: &Plan, emits: &Emits, key: &[u8]) -> usize {
    let buckets = if emits.durations.is_some() {
        plan.layout.max_buckets() + 8 * plan.exemplars
    } else {
        0
    };
    SERIES_BYTES + key.len() + 8 * buckets
}

impl Usage {
    /// Whether a series with this key may be added.
    pub(super) fn has_room(&self, plan: &Plan, emits: &Emits, key: &[u8]) -> bool {
        key.len() <= MAX_KEY && self.bytes + weight(plan, emits, key) <= MAX_BYTES
    }
}
