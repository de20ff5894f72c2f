//! How many items went where.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::queue::Counts;

/// Why an item was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DropReason {
    /// The buffer was full.
    BufferFull,
    /// The client was shut down before.
    Shutdown,
}

/// A snapshot of the counters of one signal: where the spans (log records, metric points) that
/// ended so far are.
///
/// At rest, `ended == sent + failed.total() + dropped.total() + queued`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Sampled spans that began. Of other signals, the same as `ended`.
    pub started: u64,
    /// Sampled spans that ended; log records emitted; metric points collected.
    pub ended: u64,
    /// What the agent has taken. Over OpenCensus, which answers nothing to a single message, items
    /// count once the agent closed their stream cleanly; until then they are `queued`.
    pub sent: u64,
    /// What is in the buffer or on its way.
    pub queued: u64,
    /// What the agent does not want.
    pub failed: Failed,
    /// What was thrown away on this side.
    pub dropped: Dropped,
    /// Whether the last exchange with the agent went well.
    pub connected: bool,
}

impl Stats {
    /// Both together.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self {
            started: self.started + other.started,
            ended: self.ended + other.ended,
            sent: self.sent + other.sent,
            queued: self.queued + other.queued,
            failed: Failed {
                refused: self.failed.refused + other.failed.refused,
                rejected: self.failed.rejected + other.failed.rejected,
            },
            dropped: Dropped {
                buffer_full: self.dropped.buffer_full + other.dropped.buffer_full,
                shutdown: self.dropped.shutdown + other.dropped.shutdown,
            },
            connected: self.connected || other.connected,
        }
    }
}

/// What the agent does not want, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failed {
    /// The agent refused the whole request for good.
    pub refused: u64,
    /// The agent took the request but not this part of it (`partial_success`).
    pub rejected: u64,
}

impl Failed {
    /// All of it.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.refused + self.rejected
    }
}

/// What was thrown away on this side, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dropped {
    /// The buffer was full.
    pub buffer_full: u64,
    /// The client was shut down before the agent took them, or before they ended.
    pub shutdown: u64,
}

impl Dropped {
    /// All of it.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.buffer_full + self.shutdown
    }
}

/// The counters that the worker writes; what goes into the queue is counted there.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    sent: AtomicU64,
    refused: AtomicU64,
    rejected: AtomicU64,
    /// Queued when the client ended.
    left: AtomicU64,
    connected: AtomicBool,
}

impl Counters {
    pub(crate) fn send(&self, items: u64) {
        self.sent.fetch_add(items, Ordering::Relaxed);
    }

    pub(crate) fn refuse(&self, items: u64) {
        self.refused.fetch_add(items, Ordering::Relaxed);
    }

    pub(crate) fn reject(&self, items: u64) {
        self.rejected.fetch_add(items, Ordering::Relaxed);
    }

    pub(crate) fn leave(&self, items: u64) {
        self.left.fetch_add(items, Ordering::Relaxed);
    }

    /// Queued when the client ended.
    pub(crate) fn left(&self) -> u64 {
        self.left.load(Ordering::Relaxed)
    }

    pub(crate) fn set_connected(&self, connected: bool) {
        self.connected.store(connected, Ordering::Relaxed);
    }

    pub(crate) fn snapshot(&self, queue: Counts, started: Option<u64>) -> Stats {
        Stats {
            started: started.unwrap_or(queue.offered),
            ended: queue.offered,
            sent: self.sent.load(Ordering::Relaxed),
            queued: queue.held,
            failed: Failed {
                refused: self.refused.load(Ordering::Relaxed),
                rejected: self.rejected.load(Ordering::Relaxed),
            },
            dropped: Dropped {
                buffer_full: queue.dropped_full,
                shutdown: queue.dropped_late + self.left.load(Ordering::Relaxed),
            },
            connected: self.connected.load(Ordering::Relaxed),
        }
    }
}
