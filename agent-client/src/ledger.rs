//! Writes down what became of a batch: every batch ends here, once.

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use crate::batch::Batch;
use crate::client::Client;

/// The worker's side of the books.
#[derive(Debug)]
pub(crate) struct Ledger {
    client: Arc<Client>,
    /// Items sent since the last [`close`](Self::close).
    sent: u64,
    refusal: Option<Refusal>,
}

/// Items that the agent does not want.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) items: u64,
    /// The signal of the last of them.
    pub(crate) signal: Signal,
    /// The agent's reason for the last of them.
    pub(crate) why: String,
}

impl Ledger {
    pub(crate) const fn new(client: Arc<Client>) -> Self {
        Self {
            client,
            sent: 0,
            refusal: None,
        }
    }

    /// The agent has the batch.
    pub(crate) fn sent(&mut self, batch: &Batch) {
        self.settle(batch, 0);
    }

    /// The agent has the batch but for some items.
    pub(crate) fn sent_in_part(&mut self, batch: &Batch, rejected: u64, why: String) {
        let rejected = rejected.min(batch.items as u64);
        if let Some(intake) = self.client.intake(batch.signal) {
            intake.counters.reject(rejected);
        }
        self.note(batch.signal, rejected, why);
        self.settle(batch, rejected);
    }

    /// The agent refused the batch for good.
    pub(crate) fn refused(&mut self, batch: &Batch, why: String) {
        let items = batch.items as u64;
        self.note(batch.signal, items, why);
        if let Some(intake) = self.client.intake(batch.signal) {
            intake.counters.refuse(items);
            intake.queue.settle(batch.items, batch.charge);
        }
    }

    /// The agent answered, but not as one that takes items would.
    pub(crate) fn note(&mut self, signal: Signal, items: u64, why: String) {
        let before = self.refusal.as_ref().map_or(0, |refusal| refusal.items);
        self.refusal = Some(Refusal {
            items: before + items,
            signal,
            why,
        });
    }

    /// What happened since the last time: items sent, and what was refused.
    pub(crate) fn close(&mut self) -> (u64, Option<Refusal>) {
        (std::mem::take(&mut self.sent), self.refusal.take())
    }

    fn settle(&mut self, batch: &Batch, rejected: u64) {
        let sent = batch.items as u64 - rejected;
        self.sent += sent;
        if let Some(intake) = self.client.intake(batch.signal) {
            intake.counters.send(sent);
            intake.queue.settle(batch.items, batch.charge);
        }
    }
}
