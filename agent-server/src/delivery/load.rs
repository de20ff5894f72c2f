//! A payload on its way through a lane, with what it owes.

use std::sync::Arc;

use super::ledger::{Reason, Tally};
use super::queue::Lease;
use crate::payload::Payload;

/// One or several payloads joined, the room they take and the items they must account for.
#[derive(Debug)]
pub(super) struct Load {
    payload: Payload,
    /// Shared where a payload was split: its room is free when its last part is.
    leases: Vec<Arc<Lease>>,
    tally: Tally,
}

impl Load {
    pub(super) fn new(payload: Payload, lease: Lease, tally: Tally) -> Self {
        Self {
            payload,
            leases: vec![Arc::new(lease)],
            tally,
        }
    }

    pub(super) fn payload(&self) -> &Payload {
        &self.payload
    }

    pub(super) fn items(&self) -> u64 {
        self.payload.items()
    }

    /// Joins loads in order; `None` when there are none.
    pub(super) fn join(loads: Vec<Self>) -> Option<Self> {
        let mut payloads = Vec::with_capacity(loads.len());
        let mut leases = Vec::with_capacity(loads.len());
        let mut total: Option<Tally> = None;
        for load in loads {
            payloads.push(load.payload);
            leases.extend(load.leases);
            match total.as_mut() {
                Some(total) => total.absorb(load.tally),
                None => total = Some(load.tally),
            }
        }
        Some(Self {
            payload: Payload::join(payloads)?,
            leases,
            tally: total?,
        })
    }

    /// Marks the first attempt.
    pub(super) fn depart(&mut self) {
        self.tally.depart();
    }

    /// The destination took all but `rejected` items.
    pub(super) fn settle(self, rejected: u64) {
        self.tally.settle(rejected);
    }

    /// The items are given up.
    pub(super) fn give_up(self, reason: Reason) {
        self.tally.give_up(reason);
    }
}
