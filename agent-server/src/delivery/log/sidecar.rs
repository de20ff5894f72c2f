//! What a sealed segment holds, beside it: so that opening a log need not read its segments.
//!
//! Written when a segment is sealed, and when one was read through because its own was missing or
//! no longer true. A sidecar is a shortcut, never the truth: one that is damaged, or that tells of
//! another length than the segment has, is not believed.

use std::io::{ErrorKind, IoSlice};

use super::Position;
use super::files::{Files, read_start, write_all};
use super::format::{Fields, SegmentHeader};
use super::shelf::Extent;

const MAGIC: [u8; 8] = *b"CMPNIDX1";
const SIZE: usize = 80;

/// The file beside the segment called `name`.
pub(super) fn file(name: u64) -> String {
    format!("{name:020}.idx")
}

/// Notes that the segment called `name`, a file of `size` bytes, holds `extent`. Nothing depends on
/// it, so a failure is none.
pub(super) fn write(
    files: &dyn Files,
    name: u64,
    header: &SegmentHeader,
    size: u64,
    extent: &Extent,
) {
    let mut bytes = Vec::with_capacity(SIZE);
    bytes.extend(MAGIC);
    bytes.extend(header.salt.to_le_bytes());
    let numbers = [
        size,
        extent.bytes,
        extent.end.number,
        extent.end.items,
        extent.records,
        extent.oldest,
        extent.newest,
    ];
    bytes.extend(numbers.into_iter().flat_map(u64::to_le_bytes));
    bytes.resize(SIZE - 4, 0);
    bytes.extend(crc32c::crc32c(&bytes).to_le_bytes());
    let file = file(name);
    let _ = files.remove(&file);
    let written = files
        .create(&file)
        .and_then(|file| write_all(&*file, 0, &mut [IoSlice::new(&bytes)]));
    if written.is_err_and(|error| error.kind() != ErrorKind::AlreadyExists) {
        let _ = files.remove(&file);
    }
}

/// What is noted of the segment called `name`, if it is that segment and of that `size`.
pub(super) fn read(
    files: &dyn Files,
    name: u64,
    header: &SegmentHeader,
    size: u64,
) -> Option<Extent> {
    let bytes = read_start(files, &file(name), SIZE).ok()?;
    let (content, crc) = bytes.split_last_chunk()?;
    if bytes.len() != SIZE || crc32c::crc32c(content) != u32::from_le_bytes(*crc) {
        return None;
    }
    let mut fields = Fields(content);
    let ours = fields.take()? == MAGIC && fields.u32()? == header.salt && fields.u64()? == size;
    if !ours {
        return None;
    }
    Some(Extent {
        bytes: fields.u64()?,
        end: Position {
            number: fields.u64()?,
            items: fields.u64()?,
        },
        records: fields.u64()?,
        oldest: fields.u64()?,
        newest: fields.u64()?,
    })
}
