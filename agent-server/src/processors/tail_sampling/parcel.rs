//! Spans on their way to what follows.

use std::collections::VecDeque;

use crate::payload::Payload;

/// Spans after which a parcel is full.
pub(super) const FULL_SPANS: u64 = 8_192;

/// Bytes after which a parcel is full.
const FULL_BYTES: usize = 1 << 20;

/// Spans of several payloads, in one.
#[derive(Debug)]
pub(super) struct Parcel {
    pub(super) payload: Payload,
    /// Whose these are, in order: the payload's number, and how many.
    pub(super) shares: VecDeque<(u32, u64)>,
}

/// What becomes of a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It will never be taken, and why.
    Rejected(String),
    /// There is nobody left to take it.
    Stopped,
    /// What follows answers for it.
    Taken,
}

impl Parcel {
    /// Divides it in two, where it has more than one span.
    pub(super) fn halve(self) -> Result<[Self; 2], Self> {
        let half = self.payload.items().div_ceil(2);
        if self.payload.items() < 2 {
            return Err(self);
        }
        let mut shares = self.shares;
        let mut parts = self.payload.split(half).into_iter().map(|payload| Self {
            shares: split_off(&mut shares, payload.items()),
            payload,
        });
        match (parts.next(), parts.next()) {
            (Some(one), Some(other)) => Ok([one, other]),
            _ => unreachable!("two spans or more are divided in two"),
        }
    }
}

/// Takes the shares of the first `spans` spans.
fn split_off(shares: &mut VecDeque<(u32, u64)>, mut spans: u64) -> VecDeque<(u32, u64)> {
    let mut taken = VecDeque::new();
    while spans > 0
        && let Some((number, count)) = shares.pop_front()
    {
        let part = count.min(spans);
        taken.push_back((number, part));
        spans -= part;
        if part < count {
            shares.push_front((number, count - part));
        }
    }
    taken
}

/// Parcels while they are packed.
#[derive(Debug, Default)]
pub(super) struct Parcels {
    full: VecDeque<Parcel>,
    parts: Vec<Payload>,
    shares: VecDeque<(u32, u64)>,
    spans: u64,
    bytes: usize,
}

impl Parcels {
    /// Adds a part of the payload `number`.
    pub(super) fn add(&mut self, number: u32, part: Payload) {
        self.shares.push_back((number, part.items()));
        self.spans += part.items();
        self.bytes += part.size();
        self.parts.push(part);
        if self.spans >= FULL_SPANS || self.bytes >= FULL_BYTES {
            self.close();
        }
    }

    pub(super) fn finish(mut self) -> VecDeque<Parcel> {
        self.close();
        self.full
    }

    fn close(&mut self) {
        let open = std::mem::take(self);
        self.full = open.full;
        if let Some(payload) = Payload::join(open.parts) {
            let shares = open.shares;
            self.full.push_back(Parcel { payload, shares });
        }
    }
}
