//! A payload for which there is room wherever it can go.

use std::sync::Arc;

use super::head::Connection;
use crate::component::Refusal;
use crate::delivery::{Books, Journal, Permit, Removed};
use crate::payload::Payload;

/// What is to happen to one payload, all of it or nothing: permits that are dropped give their room
/// back.
#[derive(Default)]
pub(super) struct Admission {
    kept: Vec<(Journal, Payload)>,
    removed: Vec<(Books, Removed)>,
    passed: Vec<(Arc<Connection>, Payload)>,
    sends: Vec<(Permit, Payload)>,
}

impl Admission {
    /// Notes what the steps before a destination have left out.
    pub(super) fn remove(&mut self, books: Books, removed: Removed) {
        if removed != Removed::default() {
            self.removed.push((books, removed));
        }
    }

    /// Notes that a connector passes `payload` on.
    pub(super) fn pass(&mut self, connection: &Arc<Connection>, payload: &Payload) {
        self.passed.push((Arc::clone(connection), payload.clone()));
    }

    /// Notes that `payload` is to be kept.
    pub(super) fn keep(&mut self, journal: &Journal, payload: Payload) {
        self.kept.push((journal.clone(), payload));
    }

    /// Notes that `payload` goes where `permit` has reserved room for it.
    pub(super) fn send(&mut self, permit: Permit, payload: &Payload) {
        self.sends.push((permit, payload.clone()));
    }

    /// Makes it happen. When this returns, every destination answers for what it got.
    ///
    /// What is kept on the disk comes first, because only that can fail now. If one of several
    /// journals fails, the others have the payload already, and have it again when the sender has
    /// come back.
    pub(super) async fn take(self) -> Result<(), Refusal> {
        for (journal, payload) in self.kept {
            journal.append(payload).await?;
        }
        for (permit, payload) in self.sends {
            permit.send(payload);
        }
        for (books, removed) in self.removed {
            books.remove(removed);
        }
        for (connection, payload) in self.passed {
            connection.books.pass(payload.items());
            connection.connector.taken(&payload);
        }
        Ok(())
    }
}
