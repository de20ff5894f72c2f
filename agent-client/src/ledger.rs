//! Writes down what became of a batch: every batch ends here, once.

use std::sync::Arc;

use crate::batch::Batch;
use crate::client::Client;
use crate::stats::DropReason;

/// The worker's side of the books.
#[derive(Debug)]
pub(crate) struct Ledger {
    client: Arc<Client>,
    /// Spans sent since the last [`close`](Self::close).
    sent: u64,
    refusal: Option<Refusal>,
}

/// Spans that the agent does not want.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) spans: u64,
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

    /// The agent has the batch but for some spans.
    pub(crate) fn sent_in_part(&mut self, batch: &Batch, rejected: u64, why: String) {
        let rejected = rejected.min(batch.spans as u64);
        self.client
            .counters
            .drop_spans(DropReason::Rejected, rejected);
        self.note(rejected, why);
        self.settle(batch, rejected);
    }

    /// The agent refused the batch for good.
    pub(crate) fn refused(&mut self, batch: &Batch, why: String) {
        let spans = batch.spans as u64;
        self.client.counters.drop_spans(DropReason::Refused, spans);
        self.note(spans, why);
        self.client.queue.settle(batch.spans, batch.held);
    }

    /// The agent answered, but not as one that takes spans would.
    pub(crate) fn note(&mut self, spans: u64, why: String) {
        let before = self.refusal.as_ref().map_or(0, |refusal| refusal.spans);
        self.refusal = Some(Refusal {
            spans: before + spans,
            why,
        });
    }

    /// What happened since the last time: spans sent, and what was refused.
    pub(crate) fn close(&mut self) -> (u64, Option<Refusal>) {
        (std::mem::take(&mut self.sent), self.refusal.take())
    }

    fn settle(&mut self, batch: &Batch, rejected: u64) {
        let sent = batch.spans as u64 - rejected;
        self.sent += sent;
        self.client.counters.send(sent);
        self.client.queue.settle(batch.spans, batch.held);
    }
}
