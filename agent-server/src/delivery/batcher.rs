//! What goes into one attempt, and when: a pure decision.

use tokio::time::Instant;

use super::BatchSettings;
use super::load::Load;

/// Collects loads until a batch is due. Without settings every load is a batch of its own.
#[derive(Debug)]
pub(super) struct Batcher {
    settings: Option<BatchSettings>,
    pending: Vec<Load>,
    items: u64,
    /// When the oldest pending load arrived.
    since: Option<Instant>,
}

impl Batcher {
    pub(super) fn new(settings: Option<BatchSettings>) -> Self {
        Self {
            settings,
            pending: Vec::new(),
            items: 0,
            since: None,
        }
    }

    /// Whether nothing is pending.
    pub(super) fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    /// Whether another load may join what is pending: the batch is not full yet.
    pub(super) fn wants_more(&self) -> bool {
        match self.settings {
            Some(settings) => self.is_empty() || self.items < settings.send_batch_size,
            None => self.is_empty(),
        }
    }

    /// Adds a load that arrived at `now`.
    pub(super) fn push(&mut self, load: Load, now: Instant) {
        self.items += load.items();
        self.since.get_or_insert(now);
        self.pending.push(load);
    }

    /// When what is pending is due at the latest: now if the batch is full.
    pub(super) fn due(&self) -> Option<Instant> {
        let since = self.since?;
        match self.settings {
            Some(settings) if self.wants_more() => Some(since + settings.timeout),
            _ => Some(since),
        }
    }

    /// Takes what is pending as one load; nothing when nothing is.
    pub(super) fn take(&mut self) -> Option<Load> {
        self.items = 0;
        self.since = None;
        Load::join(std::mem::take(&mut self.pending))
    }
}
