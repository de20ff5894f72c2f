//! The journal: a pipeline's [log](super::log), and the lanes that deliver from it.
//!
//! One copy of what a pipeline has accepted lies in the log; every destination has a cursor. A
//! payload is accepted when it has been written (or synced): that is what [`Journal::append`] waits
//! for. From then on each lane answers for it on its own.
//!
//! ```text
//! append -> writer (one thread) -> log
//!                 |                 |
//!                 | live            | behind
//!                 v                 v
//!               feed of a lane -> source -> batcher -> ... -> answered: the cursor moves
//! ```
//!
//! - A lane that keeps up is handed each payload as it is written, and the disk is not read. One
//!   that has no room in memory is *behind*: it reads the log as room becomes free, in order, until
//!   it has reached the end. So memory is bounded by the lane's queue, and what an outage
//!   accumulates by the log.
//! - A cursor stands before the oldest record that its lane has not answered for. After a crash
//!   everything from there on is sent again: what had been under way, and what was answered in the
//!   last [`SETTLING`](writer::SETTLING) before it.
//! - Appends that wait while another is written are written together, and synced together.
//! - What does not fit, because of the log's limit or because the disk is full or fails, is refused
//!   to its sender; the log is tried again with the next payload.
//!
//! When the last [`Journal`] is dropped the lanes deliver what there is, until they are stopped.
//! What is left stays in the log.

mod cursor;
mod feed;
mod handle;
mod journals;
mod source;
#[cfg(test)]
mod tests;
mod writer;

pub(super) use self::cursor::Receipt;
pub(super) use self::feed::Feed;
pub(super) use self::handle::{Alive, WeakJournal};
pub use self::handle::{Journal, JournalName};
pub use self::journals::{DEAD_LETTERS, DataDirectory, JournalError, QUEUE};
pub(super) use self::source::Source;
