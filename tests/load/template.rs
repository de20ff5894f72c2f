//! Requests that are encoded once and only lack their ids.
//!
//! Encoders write [placeholders](Placeholder) where ids belong. They are looked for in what came
//! out, as bytes or as hex digits, so that no encoder has to say where they are.

use bytes::{Bytes, BytesMut};

use super::spans::{TRACE, mix};

/// What every placeholder begins with; nothing else in a request has these bytes, or these digits.
const MARK: [u8; 3] = [0xf3, 0x5a, 0xc7];

/// An id that is filled in later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placeholder {
    /// The parent's id: 8 bytes.
    Parent,
    /// The span's id: 8 bytes.
    Span,
    /// The trace's id: 16 bytes.
    Trace,
}

impl Placeholder {
    const ALL: [Self; 3] = [Self::Parent, Self::Span, Self::Trace];

    const fn code(self) -> u8 {
        match self {
            Self::Parent => 1,
            Self::Span => 2,
            Self::Trace => 3,
        }
    }

    /// Stands for a 16-byte id of the span at `index` of its request.
    #[must_use]
    pub fn wide(self, index: u32) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.narrow(index));
        bytes
    }

    /// Stands for an 8-byte id of the span at `index` of its request.
    #[must_use]
    pub fn narrow(self, index: u32) -> [u8; 8] {
        let [a, b, c] = MARK;
        let [d, e, f, g] = index.to_be_bytes();
        [a, b, c, self.code(), d, e, f, g]
    }
}

/// Where an id goes.
#[derive(Clone, Copy, Debug)]
struct Gap {
    at: usize,
    hex: bool,
    what: Placeholder,
    index: u64,
}

/// The number that the span at `index` of a request has for its trace: that of the trace's root.
const fn root(index: u64) -> u64 {
    index - index % TRACE
}

/// Whether the span at `index` of a request has a parent, which is then the root of its trace.
#[must_use]
pub const fn has_parent(index: u64) -> bool {
    !index.is_multiple_of(TRACE)
}

/// A request that only lacks its ids.
#[derive(Clone, Debug)]
pub struct Template {
    bytes: Vec<u8>,
    gaps: Vec<Gap>,
}

impl Template {
    /// Looks for the placeholders in an encoded request.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        let hex = const_hex::encode(MARK);
        let gaps = (0..bytes.len()).filter_map(|at| {
            let rest = &bytes[at..];
            if rest.starts_with(&MARK) {
                gap(at, false, rest.get(..8)?)
            } else if rest.starts_with(hex.as_bytes()) {
                gap(at, true, &const_hex::decode(rest.get(..16)?).ok()?)
            } else {
                None
            }
        });
        let gaps = gaps.collect();
        Self { bytes, gaps }
    }

    /// Bytes of every request made from this one.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The request whose first span has the number `first`, written into `buffer`. What was
    /// written there before is used again when nobody holds it any more.
    pub fn fill(&self, first: u64, buffer: &mut BytesMut) -> Bytes {
        buffer.reserve(self.bytes.len());
        buffer.extend_from_slice(&self.bytes);
        for gap in &self.gaps {
            let number = match gap.what {
                Placeholder::Span => first + gap.index,
                Placeholder::Parent | Placeholder::Trace => first + root(gap.index),
            };
            let mut id = [0; 16];
            let width = if gap.what == Placeholder::Trace {
                id[..8].copy_from_slice(&mix(number).to_be_bytes());
                id[8..].copy_from_slice(&mix(!number).to_be_bytes());
                16
            } else {
                id[..8].copy_from_slice(&number.to_be_bytes());
                8
            };
            put(buffer, gap, &id[..width]);
        }
        buffer.split().freeze()
    }
}

fn put(buffer: &mut BytesMut, gap: &Gap, id: &[u8]) {
    if gap.hex {
        let place = &mut buffer[gap.at..gap.at + 2 * id.len()];
        const_hex::encode_to_slice(id, place).expect("there are two digits for each byte");
    } else {
        buffer[gap.at..gap.at + id.len()].copy_from_slice(id);
    }
}

fn gap(at: usize, hex: bool, placeholder: &[u8]) -> Option<Gap> {
    let [_, _, _, code, index @ ..] = placeholder else {
        return None;
    };
    let what = Placeholder::ALL.into_iter();
    Some(Gap {
        at,
        hex,
        what: what.into_iter().find(|what| what.code() == *code)?,
        index: u32::from_be_bytes(index.try_into().ok()?).into(),
    })
}
