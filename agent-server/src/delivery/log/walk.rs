//! Walking through a segment from record to record, over whatever is damaged.

use std::io;
use std::sync::Arc;

use bytes::Bytes;

use super::files::{File, read_full};
use super::format::{RECORD_HEADER, RECORD_MAGIC, RecordHeader, SEGMENT_START};

/// What is read ahead.
const WINDOW: usize = 64 << 10;

/// A way through one segment.
#[derive(Debug)]
pub(super) struct Walk {
    file: Arc<dyn File>,
    salt: u32,
    offset: u64,
    window: Window,
}

/// A record that was met; its body has not been looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Met {
    pub(super) header: RecordHeader,
    body: u64,
}

/// How far to walk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Bytes of the file that may be read.
    pub(super) bytes: u64,
    /// Records of this number or a higher one have been replaced by a later segment.
    pub(super) number: u64,
}

impl Walk {
    pub(super) fn new(file: Arc<dyn File>, salt: u32) -> Self {
        Self {
            file,
            salt,
            offset: SEGMENT_START,
            window: Window::default(),
        }
    }

    /// The end of what was met.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Leaves out everything below `offset`.
    pub(super) fn skip_to(&mut self, offset: u64) {
        self.offset = self.offset.max(offset);
    }

    /// The next record within `bounds`. Bytes that are no record are skipped.
    pub(super) fn next(&mut self, bounds: Bounds) -> io::Result<Option<Met>> {
        let mut offset = self.offset;
        while offset + RECORD_HEADER as u64 <= bounds.bytes {
            let Some(header) = self.header(offset, bounds.bytes)? else {
                let from = offset + 1;
                match self.magic(from, bounds.bytes)? {
                    Some(next) => offset = next,
                    None => break,
                }
                continue;
            };
            if header.at.number >= bounds.number {
                return Ok(None);
            }
            self.offset = offset + header.size();
            let body = offset + RECORD_HEADER as u64;
            return Ok(Some(Met { header, body }));
        }
        Ok(None)
    }

    /// The body of `met`, unless it is damaged.
    pub(super) fn body(&mut self, met: &Met, bytes: u64) -> io::Result<Option<Bytes>> {
        let length = met.header.length as usize;
        let body = self.window.copy(&*self.file, met.body, length, bytes)?;
        let whole = body.len() == length && crc32c::crc32c(&body) == met.header.body_crc;
        Ok(whole.then_some(body))
    }

    /// The header at `offset`, if a record is there and ends in time.
    fn header(&mut self, offset: u64, end: u64) -> io::Result<Option<RecordHeader>> {
        let bytes = self.window.at(&*self.file, offset, RECORD_HEADER, end)?;
        let header = RecordHeader::decode(self.salt, bytes);
        Ok(header.filter(|header| header.size() <= end - offset))
    }

    /// Where the next record may begin, from `offset` on.
    fn magic(&mut self, mut offset: u64, end: u64) -> io::Result<Option<u64>> {
        let [first, ..] = RECORD_MAGIC;
        while offset + RECORD_HEADER as u64 <= end {
            let bytes = self.window.at(&*self.file, offset, RECORD_HEADER, end)?;
            if bytes.starts_with(&RECORD_MAGIC) {
                return Ok(Some(offset));
            }
            let rest = bytes.get(1..).unwrap_or_default();
            let skip = rest.iter().position(|byte| *byte == first);
            offset += 1 + skip.unwrap_or(rest.len()) as u64;
        }
        Ok(None)
    }
}

/// Bytes of a file that were read ahead.
#[derive(Debug, Default)]
struct Window {
    start: u64,
    bytes: Vec<u8>,
}

impl Window {
    /// Everything at hand from `offset` on: `least` bytes or more, fewer only at `end`. `least` is
    /// no more than a window.
    fn at(&mut self, file: &dyn File, offset: u64, least: usize, end: u64) -> io::Result<&[u8]> {
        if self.held(offset).is_none_or(|held| held.len() < least) {
            let most = usize::try_from(end.saturating_sub(offset)).unwrap_or(usize::MAX);
            self.start = offset;
            self.bytes.clear();
            self.bytes.resize(WINDOW.min(most), 0);
            let read = read_full(file, offset, &mut self.bytes);
            self.bytes.truncate(*read.as_ref().unwrap_or(&0));
            read?;
        }
        Ok(self.held(offset).unwrap_or_default())
    }

    /// A copy of `length` bytes from `offset` on, fewer at `end`. What is not at hand and would
    /// fill half a window is read straight into place.
    fn copy(&mut self, file: &dyn File, offset: u64, length: usize, end: u64) -> io::Result<Bytes> {
        let held = self.held(offset).and_then(|held| held.get(..length));
        if let Some(held) = held {
            return Ok(Bytes::copy_from_slice(held));
        }
        if length <= WINDOW / 2 {
            let bytes = self.at(file, offset, length, end)?;
            return Ok(Bytes::copy_from_slice(bytes.get(..length).unwrap_or(bytes)));
        }
        let most = usize::try_from(end.saturating_sub(offset)).unwrap_or(usize::MAX);
        let mut body = vec![0; length.min(most)];
        let read = read_full(file, offset, &mut body)?;
        body.truncate(read);
        Ok(body.into())
    }

    fn held(&self, offset: u64) -> Option<&[u8]> {
        let from = usize::try_from(offset.checked_sub(self.start)?).ok()?;
        self.bytes.get(from..)
    }
}
