//! The segments of a log, as the writer and the readers see them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::format::SEGMENT_START;
use super::{Backlog, Position};

/// What a log holds, shared by its writer and its readers.
#[derive(Debug, Default)]
pub(super) struct Shelf(Mutex<Shelved>);

impl Shelf {
    pub(super) fn new(shelved: Shelved) -> Self {
        Self(Mutex::new(shelved))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Shelved> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
pub(super) struct Shelved {
    /// Oldest first.
    pub(super) segments: VecDeque<Segment>,
    /// What is below was taken out on purpose.
    pub(super) floor: Position,
    /// The end of what may be read.
    pub(super) kept: Position,
    /// The end of what was written.
    pub(super) written: Position,
    /// How far each destination's reader has read.
    pub(super) read: BTreeMap<String, Position>,
}

/// One segment.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    /// The number that its file is called.
    pub(super) name: u64,
    pub(super) salt: u32,
    pub(super) first: Position,
    /// What may be read of it.
    pub(super) kept: Extent,
    /// What was written to it.
    pub(super) written: Extent,
}

/// How far a segment goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// Bytes, with the segment's header.
    pub(super) bytes: u64,
    /// Where its last record ends.
    pub(super) end: Position,
    /// Records.
    pub(super) records: u64,
    /// The earliest time of any record.
    pub(super) oldest: u64,
    /// The latest time of any record.
    pub(super) newest: u64,
}

impl Extent {
    /// Of a segment that begins at `first`, without any record.
    pub(super) fn empty(first: Position) -> Self {
        Self {
            bytes: SEGMENT_START,
            end: first,
            records: 0,
            oldest: u64::MAX,
            newest: 0,
        }
    }

    /// The same with one more record.
    pub(super) fn add(&mut self, size: u64, end: Position, time: u64) {
        self.bytes += size;
        self.end = end;
        self.records += 1;
        self.oldest = self.oldest.min(time);
        self.newest = self.newest.max(time);
    }
}

impl Shelved {
    /// Bytes on the disk, as the limit counts them: no file takes less than a block.
    pub(super) fn bytes(&self) -> u64 {
        self.segments
            .iter()
            .map(|segment| on_disk(segment.written.bytes))
            .sum()
    }

    /// Where the oldest record is.
    pub(super) fn oldest(&self) -> Position {
        let first = self.segments.front().map(|segment| segment.first);
        first.unwrap_or(self.kept).max(self.floor)
    }

    /// What is behind `at`.
    pub(super) fn backlog(&self, at: Position) -> Backlog {
        let segment = self.segment_of(at.number);
        Backlog {
            records: self.kept.number.saturating_sub(at.number),
            items: self.kept.items.saturating_sub(at.items),
            oldest: segment.map(|segment| segment.kept.oldest),
        }
    }

    /// The segment in which whoever reads on at `number` finds the next record.
    pub(super) fn segment_of(&self, number: u64) -> Option<&Segment> {
        if number >= self.kept.number {
            return None;
        }
        let index = self
            .segments
            .partition_point(|segment| segment.kept.end.number <= number);
        self.segments.get(index)
    }

    /// The segment that is called `name`; the latest are looked at first.
    pub(super) fn segment(&mut self, name: u64) -> Option<&mut Segment> {
        self.segments
            .iter_mut()
            .rev()
            .find(|segment| segment.name == name)
    }
}

/// What a file of `bytes` bytes takes on the disk, at least.
pub(super) fn on_disk(bytes: u64) -> u64 {
    bytes.max(4 << 10)
}
