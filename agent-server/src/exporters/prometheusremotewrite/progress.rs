//! How far payloads got whose attempts are repeated.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

/// Payloads that are remembered: one for each pipeline that exports here, of which there are few.
const MAX_PAYLOADS: usize = 4;

/// The requests of a payload that were answered for good, in order, and what came of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Done {
    /// How many.
    pub(super) batches: usize,
    /// How many were taken.
    pub(super) taken: usize,
    /// Points in those that were refused for good.
    pub(super) rejected: u64,
    /// Whether one was refused for what is in it, so that a part of the payload may be taken.
    pub(super) at_fault: bool,
    /// What the destination said of the first refusal.
    pub(super) message: String,
}

/// What is done, by payload. A payload is known by its bytes in memory, which are kept here as long
/// as it is remembered.
#[derive(Debug, Default)]
pub(super) struct Progress(Mutex<Vec<(Bytes, Done)>>);

impl Progress {
    /// What is done of a payload.
    pub(super) fn of(&self, payload: &Bytes) -> Done {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.iter().find(|(other, _)| is_same(other, payload));
        found.map(|(_, done)| done.clone()).unwrap_or_default()
    }

    /// Remembers what is done of a payload.
    pub(super) fn note(&self, payload: &Bytes, done: Done) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(other, _)| !is_same(other, payload));
        if known.len() == MAX_PAYLOADS {
            known.remove(0);
        }
        known.push((payload.clone(), done));
    }

    /// Forgets a payload, for it is done.
    pub(super) fn forget(&self, payload: &Bytes) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(other, _)| !is_same(other, payload));
    }
}

fn is_same(one: &Bytes, other: &Bytes) -> bool {
    one.as_ptr() == other.as_ptr() && one.len() == other.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_told_apart_by_place_and_forgotten_when_they_are_many() {
        let progress = Progress::default();
        let done = |batches| Done {
            batches,
            ..Done::default()
        };
        let payloads: Vec<Bytes> = (0..=MAX_PAYLOADS)
            .map(|_| Bytes::from(vec![1; 9]))
            .collect();
        for (batches, payload) in (1..).zip(&payloads) {
            progress.note(payload, done(batches));
        }
        assert_eq!(progress.of(&payloads[0]), done(0));
        assert_eq!(progress.of(&payloads[1]), done(2));
        assert_eq!(progress.of(&payloads[1].clone()), done(2));
        progress.forget(&payloads[1]);
        assert_eq!(progress.of(&payloads[1]), done(0));
    }
}
