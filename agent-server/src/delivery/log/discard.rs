//! Taking segments out: those that are answered for, and those that are too old or too much.

use std::io::ErrorKind;
use std::time::Duration;

use super::shelf::Segment;
use super::{Durability, Log, LogError, Position, segment_file, sidecar};

/// What was dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discarded {
    /// Bytes that were given back.
    pub bytes: u64,
    /// What that was for each destination that had not read it; only destinations that lost
    /// something.
    pub dropped: Vec<Dropped>,
}

/// What was dropped of what one destination had still to get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// The destination.
    pub destination: String,
    /// Records.
    pub records: u64,
    /// Items in them.
    pub items: u64,
}

impl Log {
    /// Removes the segments that every destination has answered for, and says how many bytes that
    /// gave back. Without any destination nothing is answered for.
    ///
    /// # Errors
    ///
    /// When a file stays. It does not count any more until the log is opened again.
    pub fn trim(&mut self) -> Result<u64, LogError> {
        let Some(lowest) = self.cursors.lowest() else {
            return Ok(0);
        };
        let answered = |log: &Self, segment: &Segment| {
            // The segment at the end is worth another only when it has grown.
            let large = segment.written.bytes >= log.settings.segment() / 4;
            let answered = segment.written.end.number <= lowest.number;
            answered && (large || !log.is_active(segment))
        };
        let oldest = self.shelf.lock().segments.front().cloned();
        if oldest.is_none_or(|oldest| !answered(self, &oldest)) {
            return Ok(0);
        }
        if self.settings.durability == Durability::Synced {
            // Or records that were delivered would seem to be lost after a loss of power.
            self.cursors.sync()?;
        }
        self.take_out(answered)
    }

    /// Drops the segments whose records are all older than `max_age`, answered for or not. `now` is
    /// the wall clock, in milliseconds since 1970.
    ///
    /// # Errors
    ///
    /// When a file stays, or the cursors cannot be written; what was dropped is in `discarded`
    /// nevertheless.
    pub fn discard_expired(&mut self, now: u64, discarded: &mut Discarded) -> Result<(), LogError> {
        let age = millis(self.settings.max_age);
        let oldest = now.saturating_sub(age);
        self.discard(discarded, |_, segment| {
            segment.written.records > 0 && segment.written.newest < oldest
        })
    }

    /// Drops the oldest segments until no more than `max_bytes` are held: for a limit that has
    /// become smaller.
    ///
    /// # Errors
    ///
    /// As [`discard_expired`](Self::discard_expired).
    pub fn discard_excess(&mut self, discarded: &mut Discarded) -> Result<(), LogError> {
        self.discard(discarded, |log, segment| {
            segment.written.records > 0 && log.bytes() > log.settings.max_bytes
        })
    }

    fn discard(
        &mut self,
        discarded: &mut Discarded,
        unwanted: impl Fn(&Self, &Segment) -> bool,
    ) -> Result<(), LogError> {
        let freed = self.take_out(unwanted);
        let floor = self.shelf.lock().floor;
        let behind = self.cursors.all().filter(|(_, at)| *at < floor);
        let behind: Vec<_> = behind.map(|(name, at)| (name.to_owned(), at)).collect();
        let mut moved = Ok(());
        for (destination, at) in behind {
            let read = self.shelf.lock().read.get(&destination).copied();
            let from = read.map_or(at, |read| read.max(at));
            if from < floor {
                discarded.dropped.push(dropped(&destination, from, floor));
            }
            moved = moved.and(self.cursors.advance(&*self.files, &destination, floor));
        }
        discarded.bytes += freed?;
        moved
    }

    /// Takes segments out from the oldest on, as long as they are `unwanted`.
    fn take_out(&mut self, unwanted: impl Fn(&Self, &Segment) -> bool) -> Result<u64, LogError> {
        let mut freed = 0;
        let mut failed = None;
        loop {
            let oldest = self.shelf.lock().segments.front().cloned();
            let Some(oldest) = oldest.filter(|oldest| unwanted(self, oldest)) else {
                break;
            };
            if self.is_active(&oldest) {
                self.active = None;
            }
            self.unsynced.retain(|unsynced| !unsynced.is(oldest.name));
            let mut shelf = self.shelf.lock();
            shelf.segments.pop_front();
            shelf.floor = shelf.floor.max(oldest.written.end);
            shelf.kept = shelf.kept.max(oldest.written.end);
            drop(shelf);
            freed += oldest.written.bytes;
            let _ = self.files.remove(&sidecar::file(oldest.name));
            let file = segment_file(oldest.name);
            match self.files.remove(&file) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    failed = failed.or(Some(LogError::io("remove", &file, error)));
                }
                Ok(()) | Err(_) => {}
            }
        }
        failed.map_or(Ok(freed), Err)
    }

    fn is_active(&self, segment: &Segment) -> bool {
        let active = self.active.as_ref();
        active.is_some_and(|active| active.name == segment.name)
    }
}

fn dropped(destination: &str, from: Position, to: Position) -> Dropped {
    Dropped {
        destination: destination.to_owned(),
        records: to.number.saturating_sub(from.number),
        items: to.items.saturating_sub(from.items),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
