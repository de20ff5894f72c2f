//! Delivery: how a payload gets from its pipeline to one destination.
//!
//! Every exporter of a pipeline has a [`Lane`] of its own, so that a slow destination holds up no
//! other:
//!
//! ```text
//! reserve -> send -> queue -> batcher -> retry -> timeout -> exporter
//! ```
//!
//! 1. The pipeline [reserves](Lane::reserve) room in every lane before it sends to any, so that a
//!    payload is taken by all of them or by none. A full queue refuses, and the sender is told to
//!    come back; nothing that was taken is dropped to make room.
//! 2. Batching comes after the queue: what the `batch` processor asks for ([`BatchSettings`])
//!    decides how much of the queue goes into one attempt.
//! 3. Up to `num_consumers` attempts are under way at once. One that may work later is repeated,
//!    with growing waits, for as long as [`RetrySettings`] allow; by default for ever. Whatever a
//!    lane holds, waiting or under way, counts against the bounds of its queue. A batch that the
//!    destination refuses for what is in it is sent again in halves, so that one bad item does not
//!    take the others with it.
//! 4. When every clone of a lane is dropped it delivers what it holds, and its task ends. When its
//!    tasks are told to stop it ends at once.
//!
//! # The ledger
//!
//! Every item is accounted for, and at rest the books of each lane balance exactly
//! ([`Lane::balance`]):
//!
//! ```text
//! received = sent + sampled_out + filtered + rejected + dead_lettered + dropped{reason}
//!          + queued + in_flight
//! ```
//!
//! What the processors of a pipeline leave out ([`Removed`]) is counted in each of its lanes, so
//! that every lane has received what its pipeline took.
//!
//! | reason | what happened |
//! |---|---|
//! | `dead_letters_full` | refused for good, and no room to keep it |
//! | `discarded` | `campanile queue drop` |
//! | `expired` | `max_elapsed_time` passed before an attempt succeeded |
//! | `malformed` | the destination refused it, and it does not decode |
//! | `not_retried` | an attempt failed that could have been repeated, and retries are off |
//! | `panicked` | an exporter panicked |
//! | `permanent` | the destination said that it will never take it |
//! | `queue_full` | a lane that sheds had no room |
//! | `unreadable` | they lay in the log, and the disk did not give them back |
//! | `shutdown` | the lane was stopped first; an attempt under way may still have arrived |
//!
//! # Limits
//!
//! At the level `memory` the queue is all there is: what it holds is lost with the process. At the
//! others it is a window on the [`log`], which has everything until every lane has answered for it.

mod attempt;
mod batcher;
pub mod dead_letters;
mod journal;
mod lane;
mod ledger;
mod load;
pub mod log;
mod outlook;
mod parts;
mod queue;
pub mod queues;
mod retry;
mod settings;
#[cfg(test)]
mod tests;

pub use self::journal::{DEAD_LETTERS, DataDirectory, Journal, JournalError, JournalName, QUEUE};
pub use self::lane::{Books, Lane, LaneName, LoggedLane, Route};
pub use self::ledger::{Balance, Reason, Removed};
pub use self::queue::Permit;
pub use self::settings::{BatchSettings, DeliverySettings, QueueSettings, RetrySettings, Sizer};
