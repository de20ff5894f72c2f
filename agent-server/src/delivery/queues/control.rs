//! Where the local API finds who answers for the queues.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use futures_util::future::BoxFuture;

use super::{Moved, Queues, Selection};

/// Who answers for the queues of a running agent.
///
/// Both changes may be asked for while items move: they are about what is there when they begin.
pub trait Operator: fmt::Debug + Send + Sync {
    /// What waits and what died.
    fn queues(&self) -> BoxFuture<'_, Result<Queues, QueueError>>;

    /// Hands the dead letters that are meant to their queues again. What a queue has no room for
    /// stays, and is in [`Moved::left`]; this does not wait for room.
    fn replay(&self, selection: Selection) -> BoxFuture<'_, Result<Moved, QueueError>>;

    /// Drops what is meant, and books it as dropped.
    fn discard(&self, selection: Selection) -> BoxFuture<'_, Result<Moved, QueueError>>;
}

/// Why the queues could not be asked, or did not do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueueError {
    /// It is under way already.
    #[error("{0}")]
    Busy(String),
    /// It did not succeed.
    #[error("{0}")]
    Failed(String),
    /// Nothing is meant.
    #[error("{0}")]
    NotFound(String),
}

/// Holds whoever answers for the queues; another takes over when the agent is reloaded.
#[derive(Clone, Debug, Default)]
pub struct QueueControl(Arc<ArcSwapOption<Held>>);

#[derive(Debug)]
struct Held(Arc<dyn Operator>);

impl QueueControl {
    /// Puts `operator` in, in place of any other.
    pub fn fill(&self, operator: Arc<dyn Operator>) {
        self.0.store(Some(Arc::new(Held(operator))));
    }

    /// Whoever answers, if anybody does.
    #[must_use]
    pub fn get(&self) -> Option<Arc<dyn Operator>> {
        self.0.load().as_ref().map(|held| Arc::clone(&held.0))
    }
}
