//! How many spans went where.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Why a span did not reach the agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DropReason {
    /// The buffer was full.
    BufferFull,
    /// The agent refused the whole request for good.
    Refused,
    /// The agent took the request but not this part of it.
    Rejected,
    /// The client was shut down before the agent took it.
    Shutdown,
}

/// A snapshot of the counters: where the spans that ended so far are.
///
/// At rest, `ended == sent + dropped.total() + queued`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Sampled spans that ended.
    pub ended: u64,
    /// Spans the agent has taken. Over OpenCensus, which answers nothing to a single message,
    /// spans count once the agent closed their stream cleanly; until then they are `queued`.
    pub sent: u64,
    /// Spans in the buffer or on their way.
    pub queued: u64,
    /// Spans that will never reach the agent.
    pub dropped: Dropped,
    /// Whether the last exchange with the agent went well.
    pub connected: bool,
}

/// Spans that will never reach the agent, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dropped {
    /// The buffer was full.
    pub buffer_full: u64,
    /// The agent refused the whole request for good.
    pub refused: u64,
    /// The agent took the request but not this part of it (`partial_success`).
    pub rejected: u64,
    /// The client was shut down before the agent took them, or before they ended.
    pub shutdown: u64,
}

impl Dropped {
    /// All of them.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.buffer_full + self.refused + self.rejected + self.shutdown
    }
}

/// The counters themselves; written by whoever moves a span, read by anybody.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    ended: AtomicU64,
    sent: AtomicU64,
    buffer_full: AtomicU64,
    refused: AtomicU64,
    rejected: AtomicU64,
    shutdown: AtomicU64,
    connected: AtomicBool,
}

impl Counters {
    pub(crate) fn end(&self, spans: u64) {
        self.ended.fetch_add(spans, Ordering::Relaxed);
    }

    pub(crate) fn send(&self, spans: u64) {
        self.sent.fetch_add(spans, Ordering::Relaxed);
    }

    pub(crate) fn drop_spans(&self, reason: DropReason, spans: u64) {
        let counter = match reason {
            DropReason::BufferFull => &self.buffer_full,
            DropReason::Refused => &self.refused,
            DropReason::Rejected => &self.rejected,
            DropReason::Shutdown => &self.shutdown,
        };
        counter.fetch_add(spans, Ordering::Relaxed);
    }

    pub(crate) fn set_connected(&self, connected: bool) {
        self.connected.store(connected, Ordering::Relaxed);
    }

    pub(crate) fn snapshot(&self, queued: u64) -> Stats {
        Stats {
            ended: self.ended.load(Ordering::Relaxed),
            sent: self.sent.load(Ordering::Relaxed),
            queued,
            dropped: Dropped {
                buffer_full: self.buffer_full.load(Ordering::Relaxed),
                refused: self.refused.load(Ordering::Relaxed),
                rejected: self.rejected.load(Ordering::Relaxed),
                shutdown: self.shutdown.load(Ordering::Relaxed),
            },
            connected: self.connected.load(Ordering::Relaxed),
        }
    }
}
