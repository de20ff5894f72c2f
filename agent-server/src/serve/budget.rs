//! How many bytes of requests a listener holds while they arrive: a request may be as large as its
//! limit, but not all requests of all connections at once.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::ops::Counter;

/// The bytes that a listener may hold of requests that are not there yet. An extension of each
/// request; who reads its body leases what it keeps.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    bytes: usize,
    free: Arc<Semaphore>,
    refused: Counter,
}

/// What one request has leased, given back on drop: when it is there, or will not be.
#[derive(Debug)]
pub(crate) struct Lease {
    budget: Budget,
    held: Option<OwnedSemaphorePermit>,
}

impl Budget {
    pub(crate) fn new(bytes: usize, refused: Counter) -> Self {
        let bytes = bytes.min(Semaphore::MAX_PERMITS);
        Self {
            bytes,
            free: Arc::new(Semaphore::new(bytes)),
            refused,
        }
    }

    /// A lease of nothing yet.
    pub(crate) fn lease(&self) -> Lease {
        Lease {
            budget: self.clone(),
            held: None,
        }
    }
}

impl Lease {
    /// Leases `bytes` more. Says whether there was room; a request that has the budget to itself
    /// always finds some, however large it is.
    pub(crate) fn grow(&mut self, bytes: usize) -> bool {
        let Budget { free, refused, .. } = &self.budget;
        let more = u32::try_from(bytes).unwrap_or(u32::MAX);
        if let Ok(permit) = Arc::clone(free).try_acquire_many_owned(more) {
            match &mut self.held {
                Some(held) => held.merge(permit),
                None => self.held = Some(permit),
            }
            return true;
        }
        let held = self
            .held
            .as_ref()
            .map_or(0, OwnedSemaphorePermit::num_permits);
        let alone = free.available_permits() + held == self.budget.bytes;
        if !alone {
            refused.add(1);
        }
        alone
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::Metrics;

    fn budget(bytes: usize) -> Budget {
        Budget::new(bytes, Metrics::default().counter("refused", "", &[]))
    }

    #[test]
    fn what_is_leased_is_there_again_when_its_request_is_done() {
        let budget = budget(10);
        let (mut one, mut other) = (budget.lease(), budget.lease());
        assert!(one.grow(6) && one.grow(2));
        assert!(!other.grow(3));
        assert_eq!(budget.refused.get(), 1);
        assert!(other.grow(2));
        drop(one);
        assert!(other.grow(8));
        assert_eq!(budget.refused.get(), 1);
    }

    #[test]
    fn a_request_larger_than_the_budget_is_taken_when_it_is_alone() {
        let budget = budget(10);
        let mut large = budget.lease();
        assert!(large.grow(8) && large.grow(8));
        let mut other = budget.lease();
        assert!(other.grow(2));
        assert!(!large.grow(8));
    }
}
