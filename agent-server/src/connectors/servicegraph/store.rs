//! Spans that wait for the other side of their call.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::end::{End, Side};

/// A call: the trace, and the client's span.
pub(super) type Call = ([u8; 16], [u8; 8]);

/// What waits, up to a number and a time.
#[derive(Debug)]
pub(super) struct Store {
    waiting: HashMap<Call, Waiting>,
    /// Calls by when their first side came. Those that were paired since have another number, or
    /// wait no more.
    order: VecDeque<(Duration, u64, Call)>,
    max_items: usize,
    ttl: Duration,
    number: u64,
}

#[derive(Debug)]
struct Waiting {
    number: u64,
    side: Side,
    end: End,
}

/// What became of a span.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Put {
    /// There was no room.
    Dropped,
    /// The other side was there: client, then server.
    Paired(Box<[End; 2]>),
    /// It waits.
    Waits,
}

impl Store {
    /// Nothing waits.
    pub(super) fn new(max_items: usize, ttl: Duration) -> Self {
        Self {
            waiting: HashMap::new(),
            order: VecDeque::new(),
            max_items,
            ttl,
            number: 0,
        }
    }

    /// Pairs one side of `call` with the other, or has it wait. Of two spans of one side, the later
    /// counts.
    pub(super) fn put(&mut self, call: Call, side: Side, end: End, now: Duration) -> Put {
        if let Some(waiting) = self.waiting.get_mut(&call) {
            if waiting.side == side {
                waiting.end = end;
                return Put::Waits;
            }
            let other = self.waiting.remove(&call).map(|waiting| waiting.end);
            return match (side, other) {
                (_, None) => Put::Dropped,
                (Side::Client, Some(server)) => Put::Paired(Box::new([end, server])),
                (Side::Server, Some(client)) => Put::Paired(Box::new([client, end])),
            };
        }
        if self.waiting.len() >= self.max_items {
            return Put::Dropped;
        }
        self.number += 1;
        let number = self.number;
        self.waiting.insert(call, Waiting { number, side, end });
        self.order.push_back((now, number, call));
        // What was paired long ago must not fill the order.
        if self.order.len() > 2 * self.max_items {
            let waiting = &self.waiting;
            let waits = |number: u64, call: &Call| {
                waiting
                    .get(call)
                    .is_some_and(|waiting| waiting.number == number)
            };
            self.order.retain(|(_, number, call)| waits(*number, call));
        }
        Put::Waits
    }

    /// The next of those whose time is over.
    pub(super) fn expire(&mut self, now: Duration) -> Option<(Side, End)> {
        while let Some((since, number, call)) = self.order.front().copied() {
            let waits = self
                .waiting
                .get(&call)
                .is_some_and(|waiting| waiting.number == number);
            if waits && now.saturating_sub(since) < self.ttl {
                return None;
            }
            self.order.pop_front();
            if waits {
                return self
                    .waiting
                    .remove(&call)
                    .map(|waiting| (waiting.side, waiting.end));
            }
        }
        None
    }

    /// How many wait.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }
}
