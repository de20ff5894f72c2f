//! Ids of traces and spans, drawn at random, and not the same ones on both sides of a `fork`.
//!
//! The SDK's generator keeps its state per thread, and a child made by `fork` goes on with a copy
//! of it: its spans would have the ids of its parent's, and in one and the same trace where both
//! go on with what was open at the fork. This one asks at every span whether the process is still
//! the same, and draws a new state if not. A new trace is not asked for: the SDK draws the id of
//! its first span before that of the trace.

use std::cell::RefCell;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use campanile_wire::otlp::Signal;
use fastrand::Rng;
use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::IdGenerator;

use crate::client::Client;

/// Makes the ids of a provider whose spans this client takes.
#[derive(Debug)]
pub(crate) struct Ids {
    client: Option<Arc<Client>>,
}

impl Ids {
    pub(crate) fn new(clients: &[Arc<Client>]) -> Self {
        let mut clients = clients.iter();
        let first = clients.clone().next();
        let of_spans = clients.find(|client| client.intake(Signal::Traces).is_some());
        Self {
            // Any other one knows the process just as well.
            client: of_spans.or(first).cloned(),
        }
    }
}

impl IdGenerator for Ids {
    fn new_trace_id(&self) -> TraceId {
        with_state(State::trace_id)
    }

    fn new_span_id(&self) -> SpanId {
        let pid = self.client.as_ref().map_or(0, |client| client.here().pid());
        with_state(|state| state.of(pid).span_id())
    }
}

/// Two generators, as one has too few states for ids of 128 bits.
#[derive(Debug)]
struct State {
    pid: u32,
    high: Rng,
    low: Rng,
}

impl State {
    fn new(pid: u32) -> Self {
        Self {
            pid,
            high: Rng::with_seed(seed(pid, 1)),
            low: Rng::with_seed(seed(pid, 2)),
        }
    }

    fn of(&mut self, pid: u32) -> &mut Self {
        if self.pid != pid {
            *self = Self::new(pid);
        }
        self
    }

    /// Zero is no id.
    fn trace_id(&mut self) -> TraceId {
        let id = u128::from(self.high.u64(..)) << 64 | u128::from(self.low.u64(..));
        TraceId::from(id.max(1))
    }

    fn span_id(&mut self) -> SpanId {
        SpanId::from(self.high.u64(..).wrapping_add(self.low.u64(..)).max(1))
    }
}

/// The standard library's hasher has keys from the system. They are the same after a `fork`;
/// process and time are not.
fn seed(pid: u32, number: u8) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let nanos = now.map_or(0, |now| now.as_nanos());
    RandomState::new().hash_one((pid, nanos, number))
}

fn with_state<T>(draw: impl Fn(&mut State) -> T) -> T {
    thread_local! {
        static STATE: RefCell<Option<State>> = const { RefCell::new(None) };
    }
    let kept = STATE.try_with(|state| {
        let mut state = state.try_borrow_mut().ok()?;
        Some(draw(state.get_or_insert_with(|| State::new(0))))
    });
    // A thread that is ending draws from a state of its own.
    kept.ok()
        .flatten()
        .unwrap_or_else(|| draw(&mut State::new(0)))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use opentelemetry_sdk::trace::IdGenerator;

    use super::{Ids, State};

    #[test]
    fn ids_are_valid_and_no_two_are_the_same() {
        let ids = Ids { client: None };
        let traces: HashSet<_> = (0..10_000).map(|_| ids.new_trace_id()).collect();
        let spans: HashSet<_> = (0..10_000).map(|_| ids.new_span_id()).collect();
        assert_eq!((traces.len(), spans.len()), (10_000, 10_000));
    }

    #[test]
    fn every_bit_of_an_id_is_drawn() {
        let mut state = State::new(1);
        let (mut ones, mut zeros) = (0, 0);
        for _ in 0..1000 {
            let id = u128::from_be_bytes(state.trace_id().to_bytes());
            ones |= id;
            zeros |= !id;
        }
        assert_eq!((ones, zeros), (u128::MAX, u128::MAX));
    }

    #[test]
    fn another_process_draws_other_ids_from_the_same_state() {
        let mut parent = State::new(1);
        let mut child = State {
            pid: 1,
            high: parent.high.clone(),
            low: parent.low.clone(),
        };
        assert_ne!(parent.of(1).span_id(), child.of(2).span_id());
        assert_ne!(parent.trace_id(), child.trace_id());
    }
}
