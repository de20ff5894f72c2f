//! Adding records.

use std::io::{self, IoSlice};
use std::ops::Range;

use bytes::Bytes;
use campanile_wire::otlp::Signal;

use super::begin::Active;
use super::files::write_all;
use super::format::{RECORD_HEADER, RecordHeader, SEGMENT_START};
use super::shelf::{Extent, on_disk};
use super::{Durability, Log, LogError};

/// The largest body of a record.
const MAX_BODY: u64 = 64 << 20;

/// A record to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewRecord<'r> {
    /// When it arrived: wall clock, milliseconds since 1970.
    pub time: u64,
    /// What it holds.
    pub signal: Signal,
    /// How many items it holds.
    pub items: u64,
    /// The body, in pieces: they are written as they are.
    pub body: &'r [Bytes],
}

impl NewRecord<'_> {
    fn length(&self) -> u64 {
        self.body.iter().map(|piece| piece.len() as u64).sum()
    }

    fn size(&self) -> Result<u64, LogError> {
        let bytes = self.length();
        if bytes > MAX_BODY || u32::try_from(self.items).is_err() {
            let items = self.items;
            return Err(LogError::TooLarge { bytes, items });
        }
        Ok(bytes + RECORD_HEADER as u64)
    }

    fn header(&self, extent: &Extent) -> RecordHeader {
        let crc = |crc, piece: &Bytes| crc32c::crc32c_append(crc, piece);
        RecordHeader {
            length: u32::try_from(self.length()).unwrap_or(u32::MAX),
            body_crc: self.body.iter().fold(0, crc),
            at: extent.end,
            time: self.time,
            items: u32::try_from(self.items).unwrap_or(u32::MAX),
            signal: self.signal,
        }
    }
}

impl Log {
    /// Adds `records`, all of them or none, and says which numbers they have.
    ///
    /// With [`Durability::Written`] they have been accepted then. With [`Durability::Synced`] they
    /// have been once a [sync](Self::sync) that began later succeeds, and never will be when one
    /// fails, even one that had begun before.
    ///
    /// # Errors
    ///
    /// [`LogError::Full`] and [`LogError::NoSpace`] when there is no room, [`LogError::TooLarge`],
    /// or [`LogError::Io`]. Nobody reads any of the records then.
    pub fn append(&mut self, records: &[NewRecord<'_>]) -> Result<Range<u64>, LogError> {
        let mut wanted = 0;
        for record in records {
            wanted += record.size()?;
        }
        if records.is_empty() {
            let first = self.shelf.lock().written.number;
            return Ok(first..first);
        }
        let (active, extent) = self.room(wanted)?;
        let first = extent.end.number;
        let (extent, written) = write(&active, extent, records);
        if let Err(error) = written {
            return Err(self.undo(&active, error));
        }
        self.added(&active, extent);
        Ok(first..extent.end.number)
    }

    /// The segment to add `wanted` bytes to, and how far it goes.
    fn room(&mut self, wanted: u64) -> Result<(Active, Extent), LogError> {
        let active = self.active.clone();
        let active = active.and_then(|active| Some((self.extent(active.name)?, active)));
        if let Some((extent, active)) = active {
            let bytes = extent.bytes + wanted;
            if extent.records == 0 || bytes <= self.settings.segment() {
                self.fits(on_disk(bytes) - on_disk(extent.bytes))?;
                return Ok((active, extent));
            }
        }
        self.fits(on_disk(wanted + SEGMENT_START))?;
        self.seal();
        let active = self.begin(wanted)?;
        let extent = Extent::empty(active.header.first);
        Ok((active, extent))
    }

    fn fits(&self, wanted: u64) -> Result<(), LogError> {
        let (held, max) = (self.bytes(), self.settings.max_bytes);
        if held + wanted > max {
            return Err(LogError::Full { held, wanted, max });
        }
        Ok(())
    }

    fn extent(&self, name: u64) -> Option<Extent> {
        let mut shelf = self.shelf.lock();
        shelf.segment(name).map(|segment| segment.written)
    }

    fn added(&mut self, active: &Active, extent: Extent) {
        let mut shelf = self.shelf.lock();
        shelf.written = extent.end;
        let written = self.settings.durability == Durability::Written;
        if written {
            shelf.kept = extent.end;
        }
        if let Some(segment) = shelf.segment(active.name) {
            segment.written = extent;
            if written {
                segment.kept = extent;
            }
        }
        drop(shelf);
        self.needs_sync(active);
    }

    /// Takes a write back that failed, and says why it did.
    fn undo(&mut self, active: &Active, error: io::Error) -> LogError {
        let error = LogError::io("write", &super::segment_file(active.name), error);
        let bytes = self.extent(active.name).map(|extent| extent.bytes);
        let cut = bytes.is_some_and(|bytes| active.file.truncate(bytes).is_ok());
        // A full disk says nothing against the segment; anything else does.
        if !cut || !matches!(error, LogError::NoSpace { .. }) {
            self.abandon();
        }
        error
    }
}

/// Writes `records` behind `extent`, and says how far it goes then.
fn write(
    active: &Active,
    mut extent: Extent,
    records: &[NewRecord<'_>],
) -> (Extent, io::Result<()>) {
    let offset = extent.bytes;
    let mut headers = Vec::with_capacity(records.len() * RECORD_HEADER);
    for record in records {
        let header = record.header(&extent);
        header.encode(active.header.salt, &mut headers);
        extent.add(header.size(), header.end(), header.time);
    }
    let headers = headers.chunks(RECORD_HEADER).map(IoSlice::new);
    let pieces = headers.zip(records).flat_map(|(header, record)| {
        [header]
            .into_iter()
            .chain(record.body.iter().map(|piece| IoSlice::new(piece)))
    });
    let mut slices: Vec<_> = pieces.collect();
    (extent, write_all(&*active.file, offset, &mut slices))
}
