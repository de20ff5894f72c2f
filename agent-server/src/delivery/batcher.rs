//! What goes into one attempt, and when: a pure decision.

use std::collections::VecDeque;

use tokio::time::Instant;

use super::BatchSettings;
use super::load::Load;

/// Collects loads until a batch is due. Without settings every load is a batch of its own.
#[derive(Debug)]
pub(super) struct Batcher {
    settings: Option<BatchSettings>,
    /// Loads that may wait for company, however few items they hold.
    max_pending: usize,
    pending: Vec<Load>,
    items: u64,
    /// When the oldest pending load arrived.
    since: Option<Instant>,
    /// Batches that were due together: the parts of one that was too large.
    ready: VecDeque<Load>,
}

impl Batcher {
    /// A batcher behind a queue of `capacity` payloads. At most half of them wait here: many small
    /// ones must not fill the queue, so that others are refused, while nothing is being sent.
    pub(super) fn new(settings: Option<BatchSettings>, capacity: usize) -> Self {
        Self {
            settings,
            max_pending: capacity.div_ceil(2),
            pending: Vec::new(),
            items: 0,
            since: None,
            ready: VecDeque::new(),
        }
    }

    /// Whether nothing is pending.
    pub(super) fn is_empty(&self) -> bool {
        self.pending.is_empty() && self.ready.is_empty()
    }

    /// Whether another load may join what is pending: the batch is not full yet.
    pub(super) fn wants_more(&self) -> bool {
        if self.pending.is_empty() {
            return true;
        }
        self.settings.is_some_and(|settings| {
            self.items < settings.send_batch_size && self.pending.len() < self.max_pending
        })
    }

    /// Adds a load that arrived at `now`.
    pub(super) fn push(&mut self, load: Load, now: Instant) {
        self.items += load.items();
        self.since.get_or_insert(now);
        self.pending.push(load);
    }

    /// When what is pending is due: when its time is up, or since it began if it is full.
    pub(super) fn due(&self) -> Option<Instant> {
        let since = self.since?;
        match self.settings {
            Some(settings) if self.wants_more() => Some(since + settings.timeout),
            _ => Some(since),
        }
    }

    /// The next batch that is due at `now`; or, if no more loads can come (`last`), the next.
    pub(super) fn take(&mut self, now: Instant, last: bool) -> Option<Load> {
        let due = self.due().is_some_and(|due| due <= now);
        if self.ready.is_empty() && (due || last) {
            self.close(now, last);
        }
        self.ready.pop_front()
    }

    /// Makes batches of what is pending. What is left over after splitting one that had enough items
    /// goes on waiting for company, unless it has enough itself.
    fn close(&mut self, now: Instant, last: bool) {
        let full = self
            .settings
            .is_some_and(|settings| self.items >= settings.send_batch_size);
        self.items = 0;
        self.since = None;
        let Some(load) = Load::join(std::mem::take(&mut self.pending)) else {
            return;
        };
        let limit = self
            .settings
            .filter(|settings| settings.send_batch_max_size > 0);
        let Some(settings) = limit else {
            self.ready.push_back(load);
            return;
        };
        self.ready = load.split(settings.send_batch_max_size);
        let waits = |rest: &mut Load| full && !last && rest.items() < settings.send_batch_size;
        if let Some(rest) = self.ready.pop_back_if(waits) {
            self.push(rest, now);
        }
    }
}
