//! Beginning and ending segments.

use std::io::{self, IoSlice};
use std::sync::Arc;
use std::time::SystemTime;

use super::files::{File, write_all};
use super::format::{SEGMENT_START, SegmentHeader};
use super::shelf::{Extent, Segment};
use super::{Durability, Log, LogError, segment_file, sidecar};

/// The segment that is written to.
#[derive(Clone, Debug)]
pub(super) struct Active {
    pub(super) name: u64,
    pub(super) file: Arc<dyn File>,
    pub(super) header: SegmentHeader,
}

impl Log {
    /// Begins a segment with room for `wanted` bytes.
    pub(super) fn begin(&mut self, wanted: u64) -> Result<Active, LogError> {
        let first = self.shelf.lock().written;
        let name = self.next_name.max(first.number);
        self.next_name = name.saturating_add(1);
        let header = SegmentHeader {
            salt: fastrand::u32(..),
            first,
            created: now(),
        };
        let file = segment_file(name);
        let created = self
            .files
            .create(&file)
            .and_then(|created| self.prepare(created, &header, wanted));
        let file = created.map_err(|error| {
            // What was not created is not there to remove.
            let _ = self.files.remove(&file);
            LogError::io("create", &file, error)
        })?;
        let empty = Extent::empty(first);
        self.shelf.lock().segments.push_back(Segment {
            name,
            salt: header.salt,
            first,
            kept: empty,
            written: empty,
        });
        let active = Active { name, file, header };
        self.active = Some(active.clone());
        Ok(active)
    }

    fn prepare(
        &self,
        file: Arc<dyn File>,
        header: &SegmentHeader,
        wanted: u64,
    ) -> io::Result<Arc<dyn File>> {
        let wanted = wanted + SEGMENT_START;
        let whole = self.settings.segment().max(wanted);
        // On a disk that is nearly full, what is needed now will do.
        file.allocate(whole).or_else(|_| file.allocate(wanted))?;
        write_all(&*file, 0, &mut [IoSlice::new(&header.encode())])?;
        if self.settings.durability == Durability::Synced {
            file.sync()?;
            self.files.sync()?;
        }
        Ok(file)
    }

    /// Ends the segment at the end; the next record begins another.
    pub(super) fn seal(&mut self) {
        let Some(active) = self.active.take() else {
            return;
        };
        let segment = self.shelf.lock().segment(active.name).cloned();
        let Some(segment) = segment.filter(|segment| segment.written.records > 0) else {
            self.active = Some(active);
            return self.abandon();
        };
        let bytes = segment.written.bytes;
        // Gives back what was reserved; it does no harm if that fails.
        let _ = active.file.truncate(bytes);
        sidecar::write(
            &*self.files,
            active.name,
            &active.header,
            bytes,
            &segment.written,
        );
    }

    /// Gives up the segment at the end as it is. One without records goes.
    pub(super) fn abandon(&mut self) {
        let Some(active) = self.active.take() else {
            return;
        };
        let mut shelf = self.shelf.lock();
        let last = shelf.segments.back();
        if last.is_some_and(|last| last.name == active.name && last.written.records == 0) {
            shelf.segments.pop_back();
            drop(shelf);
            // If it stays it is found to be empty by the next opening.
            let _ = self.files.remove(&segment_file(active.name));
        }
    }
}

/// Wall clock, milliseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}
