//! Traces that are not decided on, and when they will be.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::mem::size_of;
use std::time::Duration;

use tokio::time::Instant;

use super::evidence::SpanRef;
use super::slots::Slots;
use super::split::TraceId;
use super::summary::Summary;

/// Bytes that one trace takes beside its spans.
pub(super) const OVERHEAD: u64 = (size_of::<Trace>() + 2 * size_of::<Due>() + 64) as u64;

/// Entries that are out of date, at least, before a queue is cleaned.
const CLEAN: usize = 1_024;

/// A trace that waits.
#[derive(Debug)]
pub(super) struct Trace {
    pub(super) id: TraceId,
    pub(super) summary: Summary,
    pub(super) spans: Vec<SpanRef>,
    /// Tells it from others that had its place before.
    number: u64,
}

/// When a trace is due.
#[derive(Clone, Copy, Debug)]
struct Due {
    at: Instant,
    place: u32,
    number: u64,
}

/// Traces by id, and in the order in which they are due.
#[derive(Debug)]
pub(super) struct Traces {
    by_id: HashMap<TraceId, u32>,
    traces: Slots<Trace>,
    wait: Duration,
    root_wait: Option<Duration>,
    /// After the first span: the oldest trace first.
    by_age: VecDeque<Due>,
    /// After the root.
    by_root: VecDeque<Due>,
    next: u64,
}

impl Traces {
    /// Traces wait for `wait` from their first span on, and for `root_wait` from their root on, if
    /// that is sooner.
    pub(super) fn new(wait: Duration, root_wait: Option<Duration>) -> Self {
        Self {
            by_id: HashMap::new(),
            traces: Slots::default(),
            wait,
            root_wait,
            by_age: VecDeque::new(),
            by_root: VecDeque::new(),
            next: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.traces.len()
    }

    /// Adds spans to the trace `id`; says where it is, and whether it is a new one.
    pub(super) fn add(
        &mut self,
        id: TraceId,
        summary: &Summary,
        spans: impl Iterator<Item = SpanRef>,
        now: Instant,
    ) -> (u32, bool) {
        let (place, new) = match self.by_id.entry(id) {
            Entry::Occupied(known) => (*known.get(), false),
            Entry::Vacant(unknown) => {
                self.next += 1;
                let place = self.traces.insert(Trace {
                    id,
                    summary: Summary::default(),
                    spans: Vec::new(),
                    number: self.next,
                });
                (*unknown.insert(place), true)
            }
        };
        if let Some(trace) = self.traces.get_mut(place) {
            let rooted = summary.root && !trace.summary.root;
            trace.summary.add(summary);
            trace.spans.extend(spans);
            let number = trace.number;
            if new {
                let at = now + self.wait;
                self.by_age.push_back(Due { at, place, number });
            }
            if let Some(wait) = self.root_wait.filter(|_| rooted) {
                let at = now + wait;
                self.by_root.push_back(Due { at, place, number });
            }
        }
        (place, new)
    }

    pub(super) fn get(&self, place: u32) -> Option<&Trace> {
        self.traces.get(place)
    }

    /// Takes a trace out.
    pub(super) fn remove(&mut self, place: u32) -> Option<Trace> {
        let trace = self.traces.remove(place)?;
        self.by_id.remove(&trace.id);
        clean(&mut self.by_age, &self.traces);
        clean(&mut self.by_root, &self.traces);
        Some(trace)
    }

    /// Takes a trace out that is due.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<Trace> {
        let queues = [&mut self.by_root, &mut self.by_age];
        let mut due = queues
            .into_iter()
            .filter_map(|queue| first(queue, &self.traces))
            .filter(|due| due.at <= now);
        let place = due.next().map(|due| due.place);
        drop(due);
        self.remove(place?)
    }

    /// Takes the oldest trace out.
    pub(super) fn take_oldest(&mut self) -> Option<Trace> {
        let due = first(&mut self.by_age, &self.traces)?;
        self.remove(due.place)
    }

    /// When the next trace is due.
    pub(super) fn next_due(&mut self) -> Option<Instant> {
        let by_root = first(&mut self.by_root, &self.traces);
        let by_age = first(&mut self.by_age, &self.traces);
        by_root.into_iter().chain(by_age).map(|due| due.at).min()
    }
}

/// The first entry of a trace that still waits; those before it are gone then.
fn first(queue: &mut VecDeque<Due>, traces: &Slots<Trace>) -> Option<Due> {
    while let Some(due) = queue.front() {
        if waits(due, traces) {
            return Some(*due);
        }
        queue.pop_front();
    }
    None
}

/// Removes what is out of date, once it is more than what is not.
fn clean(queue: &mut VecDeque<Due>, traces: &Slots<Trace>) {
    if queue.len() > 2 * traces.len() + CLEAN {
        queue.retain(|due| waits(due, traces));
    }
}

fn waits(due: &Due, traces: &Slots<Trace>) -> bool {
    let trace = traces.get(due.place);
    trace.is_some_and(|trace| trace.number == due.number)
}
