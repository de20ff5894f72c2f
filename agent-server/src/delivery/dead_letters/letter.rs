//! One letter.
//!
//! In the body of its record, before what was refused: a version (1), the time of death (8 bytes),
//! the reason and the detail, each with its length (4 bytes). Integers are little-endian.

use bytes::{Buf as _, Bytes};
use campanile_wire::otlp::Signal;

use super::super::log::{Position, Record};

const VERSION: u8 = 1;

/// The most that is kept of what a destination said.
const MAX_DETAIL: usize = 1 << 10;

/// A letter to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewLetter<'l> {
    /// When its payload arrived: wall clock, milliseconds since 1970.
    pub time: u64,
    /// When it died.
    pub died: u64,
    /// The signal of the payload.
    pub signal: Signal,
    /// Items in it.
    pub items: u64,
    /// Why it died: a word, such as `permanent`.
    pub reason: &'l str,
    /// What the destination said; the first kilobyte is kept.
    pub detail: &'l str,
    /// The payload, in pieces.
    pub payload: &'l [Bytes],
}

/// A letter that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// When its payload arrived: wall clock, milliseconds since 1970.
    pub time: u64,
    /// When it died.
    pub died: u64,
    /// The signal of the payload.
    pub signal: Signal,
    /// Items in it.
    pub items: u64,
    /// Why it died.
    pub reason: String,
    /// What the destination said.
    pub detail: String,
    /// The payload.
    pub payload: Bytes,
    pub(super) end: Position,
}

impl NewLetter<'_> {
    /// The pieces of its record's body.
    pub(super) fn body(&self) -> Vec<Bytes> {
        let mut head = vec![VERSION];
        head.extend(self.died.to_le_bytes());
        for text in [self.reason, self.detail] {
            let text = text.get(..text.floor_char_boundary(MAX_DETAIL));
            let text = text.unwrap_or_default();
            head.extend(u32::try_from(text.len()).unwrap_or(0).to_le_bytes());
            head.extend(text.as_bytes());
        }
        let head = [Bytes::from(head)];
        head.into_iter()
            .chain(self.payload.iter().cloned())
            .collect()
    }
}

impl DeadLetter {
    /// The letter in a record, if it is one.
    pub(super) fn parse(record: &Record) -> Option<Self> {
        let mut body = record.body.clone();
        if body.try_get_u8().ok()? != VERSION {
            return None;
        }
        Some(Self {
            time: record.time,
            died: body.try_get_u64_le().ok()?,
            signal: record.signal,
            items: record.items,
            reason: text(&mut body)?,
            detail: text(&mut body)?,
            payload: body,
            end: record.end,
        })
    }

    pub(super) fn count(&self, tally: &mut Tally) {
        if tally.letters == 0 {
            tally.oldest = self.time;
        }
        tally.letters += 1;
        tally.items += self.items;
        tally.oldest = tally.oldest.min(self.time);
    }
}

fn text(body: &mut Bytes) -> Option<String> {
    let length = body.try_get_u32_le().ok()? as usize;
    if length > body.len() {
        return None;
    }
    String::from_utf8(body.split_to(length).into()).ok()
}

/// Letters that were counted.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) letters: u64,
    pub(super) items: u64,
    pub(super) oldest: u64,
}
