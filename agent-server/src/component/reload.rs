//! Asking whoever runs the agent to read its configuration again.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};

use crate::agent::Reloaded;

/// What came of reading the configuration again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ReloadAnswer {
    /// It is in force.
    Reloaded(Reloaded),
    /// It could not be put into practice, and the old one stays in force.
    Failed {
        /// What is wrong, for people.
        report: String,
    },
    /// It is wrong, and the old one stays in force.
    Invalid {
        /// Everything that is wrong, for people.
        report: String,
    },
}

/// Where requests to reload arrive; each is answered once.
pub type ReloadRequests = mpsc::Receiver<oneshot::Sender<ReloadAnswer>>;

/// Where a running agent can be asked to reload. Nobody answers until somebody listens: the agent
/// does not know where its configuration came from.
#[derive(Clone, Debug, Default)]
pub struct ReloadSlot(Arc<Mutex<Option<Requests>>>);

type Requests = mpsc::Sender<oneshot::Sender<ReloadAnswer>>;

impl ReloadSlot {
    /// Listens to requests from now on, in the place of whoever did.
    #[must_use]
    pub fn listen(&self) -> ReloadRequests {
        let (sender, requests) = mpsc::channel(1);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        requests
    }

    /// Asks, and waits for the answer: nothing when nobody listens.
    pub async fn ask(&self) -> Option<ReloadAnswer> {
        let requests = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let (reply, answer) = oneshot::channel();
        requests?.send(reply).await.ok()?;
        answer.await.ok()
    }
}
