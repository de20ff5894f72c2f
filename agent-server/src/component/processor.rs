//! Processors: what happens to a payload between receiver and delivery.

use std::sync::Arc;

use super::Refusal;
use crate::delivery::BatchSettings;
use crate::payload::Payload;

/// Changes, drops or refuses payloads. Synchronous: it runs on the receiver's task.
pub trait Processor: Send + Sync {
    /// Processes one payload; `None` when nothing is left of it.
    ///
    /// # Errors
    ///
    /// When the payload cannot be taken now or ever; the sender is told.
    fn process(&self, payload: Payload) -> Result<Option<Payload>, Refusal>;
}

/// What a processor entry contributes to its pipeline.
#[derive(Clone)]
pub enum Processing {
    /// An instruction to the exporters' batchers: batching happens after the queue.
    Batch(BatchSettings),
    /// A step that every payload passes.
    Step(Arc<dyn Processor>),
}

impl std::fmt::Debug for Processing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Batch(settings) => formatter.debug_tuple("Batch").field(settings).finish(),
            Self::Step(_) => formatter.write_str("Step"),
        }
    }
}
