//! The bytes of a segment.
//!
//! A segment begins with its header, written twice, so that a damaged copy costs nothing. Integers
//! are little-endian; every CRC is CRC-32C.
//!
//! | segment header | bytes | |
//! |---|---|---|
//! | magic | 8 | `CMPNLOG\n` |
//! | version | 2 | 1; the magic, this and the place of the CRC stay in every version |
//! | unused | 2 | 0 |
//! | salt | 4 | random; what the CRCs of this segment's record headers begin with |
//! | number | 8 | of the first record |
//! | items | 8 | in all records before it |
//! | created | 8 | wall clock, milliseconds since 1970 |
//! | unused | 20 | 0 |
//! | CRC | 4 | of the 60 bytes before |
//!
//! | record | bytes | |
//! |---|---|---|
//! | magic | 4 | `f5 c3 9e 01` |
//! | CRC | 4 | of the 40 bytes that follow, begun with the segment's salt |
//! | length | 4 | of the body |
//! | CRC | 4 | of the body |
//! | number | 8 | one more than that of the record before |
//! | items before | 8 | in all records before: what is missing in between can be told exactly |
//! | time | 8 | of arrival, wall clock, milliseconds since 1970 |
//! | items | 4 | in the body |
//! | signal | 1 | 1 logs, 2 metrics, 3 traces |
//! | unused | 3 | 0 |
//! | body | length | |
//!
//! The salt keeps a body that holds the image of a record from ever passing for one: where a
//! damaged header makes a reader look for the next record, it meets the bodies of others.

use campanile_wire::otlp::Signal;

use super::Position;

/// The version that is written.
pub(super) const VERSION: u16 = 1;

/// One copy of a segment's header.
pub(super) const SEGMENT_HEADER: usize = 64;

/// Where the first record is: after two copies of the header.
pub(super) const SEGMENT_START: u64 = 2 * SEGMENT_HEADER as u64;

/// The header of a record.
pub(super) const RECORD_HEADER: usize = 48;

const SEGMENT_MAGIC: [u8; 8] = *b"CMPNLOG\n";

/// What a record begins with: nothing that text or a length is likely to be.
pub(super) const RECORD_MAGIC: [u8; 4] = [0xf5, 0xc3, 0x9e, 0x01];

/// What a segment says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SegmentHeader {
    pub(super) salt: u32,
    /// Where it begins.
    pub(super) first: Position,
    pub(super) created: u64,
}

/// Why a file is no segment of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoSegment {
    /// Neither copy of the header is whole.
    Damaged,
    /// A later version of the agent wrote it.
    Future(u16),
}

impl SegmentHeader {
    /// Both copies.
    pub(super) fn encode(&self) -> Vec<u8> {
        self.encode_as(VERSION)
    }

    pub(super) fn encode_as(&self, version: u16) -> Vec<u8> {
        let mut copy = Vec::with_capacity(2 * SEGMENT_HEADER);
        copy.extend(SEGMENT_MAGIC);
        copy.extend(version.to_le_bytes());
        copy.extend([0; 2]);
        copy.extend(self.salt.to_le_bytes());
        copy.extend(self.first.number.to_le_bytes());
        copy.extend(self.first.items.to_le_bytes());
        copy.extend(self.created.to_le_bytes());
        copy.resize(SEGMENT_HEADER - 4, 0);
        copy.extend(crc32c::crc32c(&copy).to_le_bytes());
        copy.extend_from_within(..);
        copy
    }

    /// Reads whichever copy is whole.
    pub(super) fn decode(start: &[u8]) -> Result<Self, NoSegment> {
        start
            .chunks_exact(SEGMENT_HEADER)
            .take(2)
            .find_map(Self::decode_copy)
            .unwrap_or(Err(NoSegment::Damaged))
    }

    fn decode_copy(copy: &[u8]) -> Option<Result<Self, NoSegment>> {
        let (content, crc) = copy.split_last_chunk()?;
        if crc32c::crc32c(content) != u32::from_le_bytes(*crc) {
            return None;
        }
        let mut fields = Fields(content);
        if fields.take()? != SEGMENT_MAGIC {
            return None;
        }
        let version = u16::from_le_bytes(fields.take()?);
        if version > VERSION {
            return Some(Err(NoSegment::Future(version)));
        }
        let _unused: [u8; 2] = fields.take()?;
        Some(Ok(Self {
            salt: fields.u32()?,
            first: Position {
                number: fields.u64()?,
                items: fields.u64()?,
            },
            created: fields.u64()?,
        }))
    }
}

/// What a record says before its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RecordHeader {
    pub(super) length: u32,
    pub(super) body_crc: u32,
    /// Where the record begins.
    pub(super) at: Position,
    pub(super) time: u64,
    pub(super) items: u32,
    pub(super) signal: Signal,
}

impl RecordHeader {
    /// Where the next record begins.
    pub(super) fn end(&self) -> Position {
        Position {
            number: self.at.number.saturating_add(1),
            items: self.at.items.saturating_add(u64::from(self.items)),
        }
    }

    /// Header and body, in bytes.
    pub(super) fn size(&self) -> u64 {
        RECORD_HEADER as u64 + u64::from(self.length)
    }

    pub(super) fn encode(&self, salt: u32, into: &mut Vec<u8>) {
        let mut content = Vec::with_capacity(RECORD_HEADER - 8);
        content.extend(self.length.to_le_bytes());
        content.extend(self.body_crc.to_le_bytes());
        content.extend(self.at.number.to_le_bytes());
        content.extend(self.at.items.to_le_bytes());
        content.extend(self.time.to_le_bytes());
        content.extend(self.items.to_le_bytes());
        content.extend([code(self.signal), 0, 0, 0]);
        into.extend(RECORD_MAGIC);
        into.extend(crc32c::crc32c_append(salt, &content).to_le_bytes());
        into.extend(content);
    }

    /// Reads the header that `bytes` begin with, if there is one.
    pub(super) fn decode(salt: u32, bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields(bytes.get(..RECORD_HEADER)?);
        if fields.take()? != RECORD_MAGIC {
            return None;
        }
        let crc = fields.u32()?;
        if crc32c::crc32c_append(salt, fields.0) != crc {
            return None;
        }
        Some(Self {
            length: fields.u32()?,
            body_crc: fields.u32()?,
            at: Position {
                number: fields.u64()?,
                items: fields.u64()?,
            },
            time: fields.u64()?,
            items: fields.u32()?,
            signal: signal(u8::from_le_bytes(fields.take()?))?,
        })
    }
}

fn code(signal: Signal) -> u8 {
    match signal {
        Signal::Logs => 1,
        Signal::Metrics => 2,
        Signal::Traces => 3,
    }
}

fn signal(code: u8) -> Option<Signal> {
    match code {
        1 => Some(Signal::Logs),
        2 => Some(Signal::Metrics),
        3 => Some(Signal::Traces),
        _ => None,
    }
}

/// Fields of fixed width, one after the other.
pub(super) struct Fields<'b>(pub(super) &'b [u8]);

impl Fields<'_> {
    pub(super) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*field)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }
}
