//! What one request has leased.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Memory, Party};
use crate::ops::Counter;

/// What is leased ahead of a body that says how long it is; what it says may be a lie.
const STEP: usize = 1 << 20;

/// The agent's memory, as one connection of a listener sees it.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    memory: Memory,
    party: Party,
    /// Requests for which there was no room.
    refused: Counter,
}

/// What one request has leased, an extension of it: given back when nobody has it any more, who
/// serves the request being the last. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Lease(Arc<Leased>);

#[derive(Debug)]
struct Leased {
    budget: Budget,
    bytes: AtomicU64,
}

impl Budget {
    pub(crate) fn new(memory: Memory, party: Party, refused: Counter) -> Self {
        Self {
            memory,
            party,
            refused,
        }
    }

    /// A lease of nothing yet.
    pub(crate) fn lease(&self) -> Lease {
        Lease(Arc::new(Leased {
            budget: self.clone(),
            bytes: AtomicU64::new(0),
        }))
    }
}

impl Lease {
    /// A lease of its own for the same sender, of nothing yet.
    pub(crate) fn another(&self) -> Self {
        self.0.budget.lease()
    }

    /// The bytes that it has.
    pub(crate) fn bytes(&self) -> u64 {
        self.0.bytes.load(Ordering::Relaxed)
    }

    /// Leases what is missing to `here` bytes, and some ahead where `announced` says that more will
    /// come. Says whether there was room; what there was not is counted.
    pub(crate) fn cover(&self, here: usize, announced: usize) -> bool {
        let ahead = announced.min(here.saturating_add(STEP));
        self.grow_to(here, here.max(ahead))
    }

    /// Leases `bytes` more. Says whether there was room; what there was not is counted.
    pub(crate) fn grow(&self, bytes: usize) -> bool {
        let Leased { budget, .. } = &*self.0;
        let bytes = bytes as u64;
        let leased = budget.memory.lease(budget.party, self.bytes(), bytes);
        if leased {
            self.0.bytes.fetch_add(bytes, Ordering::Relaxed);
        } else {
            budget.refused.add(1);
        }
        leased
    }

    /// Leases what is missing to `bytes`, once there is room.
    pub(crate) async fn reach(self, bytes: u64) {
        let budget = &self.0.budget;
        let mine = self.bytes();
        let more = bytes.saturating_sub(mine);
        if more > 0 {
            let leased = budget.memory.lease_when_free(budget.party, mine, more);
            leased.await;
            self.0.bytes.fetch_add(more, Ordering::Relaxed);
        }
    }

    /// Gives back what it has.
    pub(crate) fn release(&self) {
        let bytes = self.0.bytes.swap(0, Ordering::Relaxed);
        if bytes > 0 {
            self.0.budget.memory.give_back(self.0.budget.party, bytes);
        }
    }

    fn grow_to(&self, least: usize, wanted: usize) -> bool {
        let held = usize::try_from(self.bytes()).unwrap_or(usize::MAX);
        least <= held || self.grow(wanted - held)
    }
}

impl Drop for Leased {
    fn drop(&mut self) {
        let bytes = *self.bytes.get_mut();
        if bytes > 0 {
            self.budget.memory.give_back(self.budget.party, bytes);
        }
    }
}
