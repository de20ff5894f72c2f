//! What waits and what died, for people: what `campanile queue` lists, replays and drops.
//!
//! A running agent puts an [`Operator`] into the [`QueueControl`] that its components share, and
//! the `zpages` extension asks it. The data directory of an agent that is stopped can be
//! [looked at](in_data_dir).

mod control;
mod lanes;
mod model;
mod offline;
#[cfg(test)]
pub(crate) mod testing;

pub use self::control::{Operator, QueueControl, QueueError};
pub use self::lanes::LaneOperator;
pub(crate) use self::lanes::Operated;
pub use self::model::{Dead, Moved, Queues, Selection, Subject, Waiting};
pub use self::offline::{dead_letters_of, in_data_dir, queue_of};
