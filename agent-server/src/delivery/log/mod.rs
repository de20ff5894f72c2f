//! The log: what a pipeline has accepted and not every destination has answered for, on the disk.
//!
//! One copy for all destinations, and a cursor for each. A record is a payload with its number,
//! its time of arrival, its signal and its number of items.
//!
//! ```text
//! DIR/lock                        one owner at a time
//! DIR/cursors                     how far each destination is
//! DIR/00000000000000000000.seg    a segment: records from that number on
//! DIR/00000000000000000000.idx    what a sealed segment holds, so that nobody need read it
//! DIR/set-aside/                  files that could not be used
//! ```
//!
//! 1. [`Log::append`] adds records to the segment at the end, all of them or none, in one vectored
//!    write. With [`Durability::Written`] they may be read from then on, and survive `kill -9`;
//!    with [`Durability::Synced`] from the next [`Log::sync`] on, and survive a loss of power. Only
//!    what may be read has been accepted; a sender is told so then, not before.
//! 2. [`Reader`]s read beside the writer. Whoever has answered for everything below a place
//!    [advances](Log::advance) its cursor there, in any steps; [`Log::trim`] removes the segments
//!    that are below every cursor.
//! 3. What is too old or too much is dropped by [`Log::discard_expired`] and
//!    [`Log::discard_excess`] only, which say what that was for each destination.
//!
//! # What it survives
//!
//! Any content of the directory opens ([`Log::open`]). A damaged record is skipped, and the next
//! one is looked for; a file of which nothing can be used is set aside, its name and the reason are
//! in [`Opened`]. Every record knows how many items came before it, so a reader knows exactly what
//! is missing between two that it read ([`Reader::take_loss`]), whatever happened to the bytes.
//!
//! - A failed or short write is cut off again; where that fails too, the segment is given up as it
//!   is and another begun. What a segment holds beyond the beginning of the next does not count.
//! - A failed sync gives up the segment, and is never tried again on the same file: with
//!   [`Durability::Synced`] everything since the last successful one is taken back, and was never
//!   read by anybody.
//! - On a full disk the log opens, is read and trimmed: that is what makes room.
//! - The space of a segment is reserved when it is begun, so a full disk shows before a record is
//!   accepted.
//! - An open log never appends to a segment that an earlier process wrote.
//!
//! # Limits
//!
//! A record has at most 64 MiB. Space is given back by the segment, so up to a segment of what was
//! answered for is still held. What is set aside takes at most `max_bytes` again; the oldest is
//! removed beyond that. Records of one append are in one segment, which may then be larger than
//! asked for. The space that is reserved for the segment at the end is taken on the disk, but does
//! not count against `max_bytes`.

mod append;
mod begin;
mod cursors;
mod discard;
mod error;
mod files;
mod format;
mod inspect;
mod logs;
mod open;
mod reader;
mod set_aside;
mod settings;
mod shelf;
mod sidecar;
mod sync;
mod walk;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

pub use self::append::NewRecord;
pub use self::discard::{Discarded, Dropped};
pub use self::error::LogError;
pub use self::files::{Directory, File, Files, Guard, Listed, Lock};
pub use self::inspect::Inspected;
pub use self::logs::{Labelled, Logs, inspect};
pub use self::open::Opened;
pub use self::reader::{Loss, Reader, Record};
pub use self::set_aside::SetAside;
pub use self::settings::{Durability, LogSettings, Start};
pub use self::sync::Syncing;

use self::begin::Active;
use self::cursors::Cursors;
use self::shelf::Shelf;
use self::sync::Unsynced;

/// A place between two records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The number of the record behind it.
    pub number: u64,
    /// The items in all records before it.
    pub items: u64,
}

/// What a destination has still to answer for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Records.
    pub records: u64,
    /// Items in them.
    pub items: u64,
    /// When the oldest may have arrived, wall clock, milliseconds since 1970: not after the oldest
    /// did, and not before the oldest of its segment. `None` without records.
    pub oldest: Option<u64>,
}

/// The writer of a log, of which there is one.
#[derive(Debug)]
pub struct Log {
    files: Arc<dyn Files>,
    settings: LogSettings,
    shelf: Arc<Shelf>,
    cursors: Cursors,
    /// The segment at the end, unless it is sealed.
    active: Option<Active>,
    /// Segments with records that were not synced, oldest first.
    unsynced: VecDeque<Unsynced>,
    /// Counts how often something was taken back.
    withdrawals: u64,
    /// Above every name that is taken.
    next_name: u64,
    _lock: Box<dyn Guard>,
}

impl Log {
    /// Destinations that have a cursor, and where it is.
    pub fn destinations(&self) -> impl Iterator<Item = (&str, Position)> {
        self.cursors.all()
    }

    /// Adds a destination that begins at `start`; one that is there stays where it is.
    ///
    /// # Errors
    ///
    /// When that cannot be noted; it is there all the same until the log is opened again.
    pub fn add_destination(&mut self, name: &str, start: Start) -> Result<Position, LogError> {
        if let Some(at) = self.cursors.at(name) {
            return Ok(at);
        }
        if !cursors::is_name(name) {
            return Err(LogError::UnknownDestination(name.to_owned()));
        }
        let at = {
            let mut shelf = self.shelf.lock();
            let at = match start {
                Start::End => shelf.kept,
                Start::Oldest => shelf.oldest(),
            };
            shelf.read.insert(name.to_owned(), at);
            at
        };
        self.cursors.add(&*self.files, name, at)?;
        Ok(at)
    }

    /// Forgets a destination: it holds nothing up any more.
    ///
    /// # Errors
    ///
    /// When that cannot be noted; it is forgotten until the log is opened again.
    pub fn forget(&mut self, name: &str) -> Result<(), LogError> {
        if self.cursors.at(name).is_none() {
            return Ok(());
        }
        self.shelf.lock().read.remove(name);
        self.cursors.remove(&*self.files, name)
    }

    /// Notes that `destination` has answered for everything before `to`, the
    /// [end](Record::end) of a record. A cursor never goes back.
    ///
    /// # Errors
    ///
    /// When that cannot be written: it holds until the log is opened again, and then the
    /// destination gets some records once more.
    pub fn advance(&mut self, destination: &str, to: Position) -> Result<(), LogError> {
        self.cursors.advance(&*self.files, destination, to)
    }

    /// A reader for `destination`, from its cursor on. What it has read is its own to answer for:
    /// [discarding](Self::discard_expired) does not count it.
    ///
    /// # Errors
    ///
    /// When there is no such destination.
    pub fn reader(&self, destination: &str) -> Result<Reader, LogError> {
        let unknown = || LogError::UnknownDestination(destination.to_owned());
        let at = self.cursors.at(destination).ok_or_else(unknown)?;
        let destination = destination.to_owned();
        self.shelf.lock().read.insert(destination.clone(), at);
        Ok(self.reader_at(at, Some(destination)))
    }

    /// The end of what was written: where the next record begins.
    #[must_use]
    pub fn written(&self) -> Position {
        self.shelf.lock().written
    }

    /// Notes that `destination` has got everything before `to` without reading it: it is its own to
    /// answer for, like what it has read.
    pub fn taken(&self, destination: &str, to: Position) {
        if let Some(read) = self.shelf.lock().read.get_mut(destination) {
            *read = to.max(*read);
        }
    }

    /// A reader of everything that is there, for no destination.
    #[must_use]
    pub fn read_all(&self) -> Reader {
        let at = self.shelf.lock().oldest();
        self.reader_at(at, None)
    }

    fn reader_at(&self, at: Position, destination: Option<String>) -> Reader {
        let files = Arc::clone(&self.files);
        Reader::new(files, Arc::clone(&self.shelf), destination, at)
    }

    /// What `destination` has still to answer for, of what may be read; nothing if there is no such
    /// destination.
    #[must_use]
    pub fn backlog(&self, destination: &str) -> Backlog {
        let at = self.cursors.at(destination);
        at.map(|at| self.shelf.lock().backlog(at))
            .unwrap_or_default()
    }

    /// Bytes that it holds, as its limit counts them.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.shelf.lock().bytes()
    }

    /// Numbers of the records that may be read.
    #[must_use]
    pub fn numbers(&self) -> Range<u64> {
        let shelf = self.shelf.lock();
        shelf.oldest().number..shelf.kept.number
    }

    /// The end of what may be read.
    #[must_use]
    pub fn end(&self) -> Position {
        self.shelf.lock().kept
    }

    /// Sets other limits. What is held already stays, however much it is.
    pub fn set_limits(&mut self, max_bytes: u64, max_age: std::time::Duration) {
        self.settings.max_bytes = max_bytes;
        self.settings.max_age = max_age;
    }

    /// Ends the log in good order: the next opening need not read the last segment.
    pub fn close(mut self) {
        self.seal();
    }
}

/// The file of the segment that is called `name`.
fn segment_file(name: u64) -> String {
    format!("{name:020}.seg")
}
