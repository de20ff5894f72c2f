//! Reading what a log holds, beside its writer.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use campanile_wire::otlp::Signal;

use super::files::Files;
use super::shelf::{Segment, Shelf};
use super::walk::{Bounds, Walk};
use super::{LogError, Position, segment_file};

/// Failures in a row at one place after which the rest of the segment counts as lost.
const PATIENCE: u32 = 3;

/// A record that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number.
    pub number: u64,
    /// When it arrived: wall clock, milliseconds since 1970.
    pub time: u64,
    /// What it holds.
    pub signal: Signal,
    /// How many items it holds.
    pub items: u64,
    /// The body.
    pub body: Bytes,
    /// Where the next one begins: what to [advance](super::Log::advance) to once this one and all
    /// before it are answered for.
    pub end: Position,
}

/// What could not be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loss {
    /// Records.
    pub records: u64,
    /// Items in them.
    pub items: u64,
}

impl Loss {
    fn add(&mut self, from: Position, to: Position) {
        self.records += to.number.saturating_sub(from.number);
        self.items += to.items.saturating_sub(from.items);
    }
}

/// Reads records in order, skipping what is damaged. Any number of readers may be beside the
/// writer; each has its own file handle and reads ahead 64 KiB.
#[derive(Debug)]
pub struct Reader {
    files: Arc<dyn Files>,
    shelf: Arc<Shelf>,
    /// For whom it reads, if for a destination.
    destination: Option<String>,
    at: Position,
    place: Option<Place>,
    loss: Loss,
    failures: u32,
}

/// Where in which segment.
#[derive(Debug)]
struct Place {
    segment: u64,
    walk: Walk,
}

impl Reader {
    pub(super) fn new(
        files: Arc<dyn Files>,
        shelf: Arc<Shelf>,
        destination: Option<String>,
        at: Position,
    ) -> Self {
        Self {
            files,
            shelf,
            destination,
            at,
            place: None,
            loss: Loss::default(),
            failures: 0,
        }
    }

    /// Where the next record is expected.
    #[must_use]
    pub fn position(&self) -> Position {
        self.at
    }

    /// Reads the next record; `None` while there is none that [may be
    /// read](super::Durability).
    ///
    /// # Errors
    ///
    /// When the system does not let it read. Calling it again tries again; after the third failure
    /// in a row that comes from the disk itself, the rest of the segment counts as lost.
    pub fn read(&mut self) -> Result<Option<Record>, LogError> {
        loop {
            let Some(segment) = self.segment() else {
                return Ok(None);
            };
            match self.read_in(&segment) {
                Ok(Some(record)) => {
                    self.failures = 0;
                    self.note();
                    return Ok(Some(record));
                }
                Ok(None) => self.leave(&segment),
                Err(error) => self.fail(&segment, error)?,
            }
        }
    }

    /// Reads the first record of number `number` or above, and goes on from there.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_from(&mut self, number: u64) -> Result<Option<Record>, LogError> {
        if number != self.at.number {
            self.at = Position { number, items: 0 };
            self.place = None;
            // How many items were before is known again with the next record.
            let lost = self.loss;
            let record = self.read();
            self.loss = lost;
            return record;
        }
        self.read()
    }

    /// Goes on at `to`, if that is further on: what lies before came another way.
    pub fn pass(&mut self, to: Position) {
        if to > self.at {
            self.at = to;
            self.note();
        }
    }

    /// What was lost since this was last asked: records that are missing or damaged.
    pub fn take_loss(&mut self) -> Loss {
        std::mem::take(&mut self.loss)
    }

    /// The segment to read in; notes what is missing before it.
    fn segment(&mut self) -> Option<Segment> {
        let shelf = self.shelf.lock();
        // What is below the floor was taken out on purpose, and counted there.
        self.at = self.at.max(shelf.floor);
        let segment = shelf.segment_of(self.at.number).cloned();
        let found = segment.as_ref().map_or(shelf.kept, |segment| segment.first);
        if self.at.number < found.number {
            self.loss.add(self.at, found);
            self.at = found;
        }
        segment
    }

    /// Says how far it has read: what is beyond is dropped when the log is told to drop it.
    fn note(&self) {
        if let Some(name) = &self.destination
            && let Some(read) = self.shelf.lock().read.get_mut(name)
        {
            *read = self.at;
        }
    }

    fn read_in(&mut self, segment: &Segment) -> io::Result<Option<Record>> {
        let place = match self.place.take() {
            Some(place) if place.segment == segment.name => place,
            _ => Place {
                segment: segment.name,
                walk: Walk::new(self.files.open(&segment_file(segment.name))?, segment.salt),
            },
        };
        let walk = &mut self.place.insert(place).walk;
        let bounds = Bounds {
            bytes: segment.kept.bytes,
            number: segment.kept.end.number,
        };
        while let Some(met) = walk.next(bounds)? {
            let header = met.header;
            if header.at.number < self.at.number {
                continue;
            }
            let Some(body) = walk.body(&met, bounds.bytes)? else {
                continue;
            };
            self.loss.add(self.at, header.at);
            self.at = header.end();
            return Ok(Some(Record {
                number: header.at.number,
                time: header.time,
                signal: header.signal,
                items: u64::from(header.items),
                body,
                end: header.end(),
            }));
        }
        Ok(None)
    }

    /// Nothing more can be read of what may be read of `segment`.
    fn leave(&mut self, segment: &Segment) {
        if let Some(place) = &mut self.place {
            place.walk.skip_to(segment.kept.bytes);
        }
        self.loss.add(self.at, segment.kept.end);
        self.at = segment.kept.end;
        self.failures = 0;
    }

    fn fail(&mut self, segment: &Segment, error: io::Error) -> Result<(), LogError> {
        // The walk may stand behind the record that could not be read.
        self.place = None;
        if !super::cursors::is_transient(&error) {
            self.failures += 1;
        }
        let gone = error.kind() == io::ErrorKind::NotFound;
        if gone && self.shelf.lock().floor > self.at {
            // Taken out meanwhile.
            return Ok(());
        }
        if gone || self.failures >= PATIENCE {
            self.leave(segment);
            return Ok(());
        }
        let file = segment_file(segment.name);
        Err(LogError::io("read", &file, error))
    }
}
