//! What is left of a load whose destination finds fault with it.
//!
//! A batch holds the requests of many senders, and one that is not sound must not take the others
//! with it. So a batch that is refused is sent again in halves, those that are refused in halves
//! again, until what is refused is one item. Parts that do not decode, because their sender wrote
//! them so, are found by reading them and are not sent again.

use campanile_wire::otlp::{Limits, check};

use super::ledger::Reason;
use super::load::Load;

/// How often one load is halved after a refusal: enough to find three items among ten thousand. A
/// destination that refuses everything must not get every item by itself.
const MAX_HALVINGS: u32 = 48;

/// The parts of one load that are still to be sent, the next one last.
#[derive(Debug)]
pub(super) struct Parts {
    left: Vec<Load>,
    halvings: u32,
}

impl Parts {
    /// The whole load.
    pub(super) fn of(load: Load) -> Self {
        Self {
            left: vec![load],
            halvings: 0,
        }
    }

    /// The next part to send. After a refusal, what does not decode is handed to `give_up`.
    pub(super) fn next(&mut self, give_up: impl Fn(Load, Reason)) -> Option<Load> {
        while let Some(load) = self.left.pop() {
            if self.halvings == 0 || decodes(&load) {
                return Some(load);
            }
            if load.items() <= 1 {
                give_up(load, Reason::Malformed);
            } else {
                self.push_halves(load);
            }
        }
        None
    }

    /// Takes back a part that was refused, to send its halves; hands it to `give_up` if there are
    /// none, or if there were enough already.
    pub(super) fn refused(&mut self, load: Load, give_up: impl Fn(Load, Reason)) {
        if load.items() <= 1 || self.halvings == MAX_HALVINGS {
            let reason = match decodes(&load) {
                true => Reason::Permanent,
                false => Reason::Malformed,
            };
            return give_up(load, reason);
        }
        self.halvings += 1;
        self.push_halves(load);
    }

    fn push_halves(&mut self, load: Load) {
        let half = load.items().div_ceil(2);
        self.left.extend(load.split(half).into_iter().rev());
    }
}

fn decodes(load: &Load) -> bool {
    let payload = load.payload();
    check(payload.signal(), payload.bytes(), &Limits::default()).is_ok()
}
