//! Processors: what happens to a payload between receiver and delivery.

use std::sync::Arc;

use super::{Consumer, Delivery, Refusal, Tasks};
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

    /// Whether it reads more of a payload than its framing. True unless it says otherwise.
    fn looks_inside(&self) -> bool {
        true
    }

    /// Spawns what it does by itself; called once, before the first payload. Such a task ends when
    /// the processor is dropped.
    fn start(&self, tasks: &Tasks) {
        let _ = tasks;
    }

    /// How the ledger counts the items that it leaves out.
    fn removal(&self) -> Removal {
        Removal::Filtered
    }
}

/// Why items that a pipeline took are not delivered, on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// A condition said that they are not wanted.
    Filtered,
    /// A sampler decided against them.
    SampledOut,
}

/// A step that keeps payloads for a while and hands them on itself.
///
/// The pipeline is cut there: what comes before it ends in a lane of its own, with queue, log and
/// ledger, whose exporter is the hold. Its `export` answers when everything in the payload has been
/// handed on or decided against, so that nothing is forgotten that somebody was told is accepted.
pub trait Hold: Send {
    /// The hold as the destination of a lane. What it decides for goes to `next`.
    ///
    /// `next` must be let go of when the exporter is dropped: the lanes behind it end with it.
    fn over(self: Box<Self>, next: Arc<dyn Consumer>) -> Delivery;
}

/// What a processor entry contributes to its pipeline.
pub enum Processing {
    /// An instruction to the exporters' batchers: batching happens after the queue.
    Batch(BatchSettings),
    /// A step that keeps payloads and hands them on later.
    Hold(Box<dyn Hold>),
    /// A step that every payload passes.
    Step(Arc<dyn Processor>),
}

impl std::fmt::Debug for Processing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Batch(settings) => formatter.debug_tuple("Batch").field(settings).finish(),
            Self::Hold(_) => formatter.write_str("Hold"),
            Self::Step(_) => formatter.write_str("Step"),
        }
    }
}
