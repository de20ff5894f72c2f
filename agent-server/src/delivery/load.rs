//! A payload on its way through a lane, with what it owes.

use std::collections::VecDeque;
use std::sync::Arc;

use super::ledger::{Reason, Tally};
use super::queue::Lease;
use crate::component::Exported;
use crate::payload::Payload;

/// One or several payloads joined, the room they take and the items they must account for.
#[derive(Debug)]
pub(super) struct Load {
    payload: Payload,
    shares: VecDeque<Share>,
    tally: Tally,
}

/// The room of one payload, and how many of its items are here: where a payload was split, its
/// room is free when its last part is.
#[derive(Debug)]
struct Share {
    items: u64,
    lease: Arc<Lease>,
}

impl Load {
    pub(super) fn new(payload: Payload, lease: Lease, tally: Tally) -> Self {
        let share = Share {
            items: payload.items(),
            lease: Arc::new(lease),
        };
        Self {
            payload,
            shares: VecDeque::from([share]),
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
        let mut shares = VecDeque::with_capacity(loads.len());
        let mut total: Option<Tally> = None;
        for load in loads {
            payloads.push(load.payload);
            shares.extend(load.shares);
            match total.as_mut() {
                Some(total) => total.absorb(load.tally),
                None => total = Some(load.tally),
            }
        }
        Some(Self {
            payload: Payload::join(payloads)?,
            shares,
            tally: total?,
        })
    }

    /// Splits the load into parts of at most `max_items` items each, in order.
    pub(super) fn split(mut self, max_items: u64) -> VecDeque<Self> {
        let mut parts = VecDeque::new();
        for payload in self.payload.split(max_items) {
            parts.push_back(Self {
                shares: split_off(&mut self.shares, payload.items()),
                tally: self.tally.split_off(payload.items()),
                payload,
            });
        }
        parts
    }

    /// Marks the first attempt.
    pub(super) fn depart(&mut self) {
        self.tally.depart();
    }

    /// The destination has answered for the items.
    pub(super) fn settle(self, exported: &Exported) {
        self.answer();
        self.tally.settle(exported);
    }

    /// The items are given up.
    pub(super) fn give_up(self, reason: Reason) {
        self.answer();
        self.tally.give_up(reason);
    }

    /// The items are given up, and kept as dead letters.
    pub(super) fn bury(self) {
        self.answer();
        self.tally.bury();
    }

    /// Whatever lies in a log need not be sent again.
    fn answer(&self) {
        for share in &self.shares {
            share.lease.answer(share.items);
        }
    }
}

/// Takes the shares of the first `items` items; the one that reaches beyond them is shared.
fn split_off(shares: &mut VecDeque<Share>, mut items: u64) -> VecDeque<Share> {
    let mut taken = VecDeque::new();
    while let Some(mut share) = shares.pop_front() {
        if share.items <= items {
            items -= share.items;
            taken.push_back(share);
            continue;
        }
        if items > 0 {
            let lease = Arc::clone(&share.lease);
            taken.push_back(Share { items, lease });
            share.items -= items;
        }
        shares.push_front(share);
        break;
    }
    taken
}
