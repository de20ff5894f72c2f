//! What waits, what is due, what was decided: everything but clock and I/O.
//!
//! The same arrivals at the same times give the same decisions.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::counters::Counters;
use super::evidence::{Evidence, SpanRef};
use super::held::{Answer, HeldPayloads};
use super::parcel::{FULL_SPANS, Outcome, Parcel};
use super::policies::{Policies, Verdict};
use super::remembered::Remembered;
use super::split::{Group, Split};
use super::traces::{OVERHEAD, Trace, Traces};
use crate::payload::Payload;

/// What code passes, made of what a user wrote.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    /// From the first span of a trace to the decision.
    pub(super) wait: Duration,
    /// From the root of a trace to the decision, if that is sooner.
    pub(super) root_wait: Option<Duration>,
    pub(super) max_traces: usize,
    pub(super) max_bytes: u64,
    /// Whether new traces wait when there is no room, instead of making old ones due.
    pub(super) blocks: bool,
    /// Whether traces are dropped at the end instead of being decided on.
    pub(super) drops_pending: bool,
    /// Bytes of spans above which a trace is dropped.
    pub(super) max_trace_bytes: Option<u64>,
    /// Traces that are remembered: kept and not kept.
    pub(super) remembered: (usize, usize),
}

/// A payload that was taken apart, and whom to answer.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) payload: Payload,
    pub(super) split: Split,
    pub(super) answer: oneshot::Sender<Answer>,
}

/// Keeps spans until their trace is decided on.
#[derive(Debug)]
pub(super) struct Sampler {
    settings: Settings,
    policies: Policies,
    counters: Counters,
    traces: Traces,
    payloads: HeldPayloads,
    remembered: Remembered,
    /// What came while there was no room.
    blocked: VecDeque<Arrival>,
    /// Whether nothing is waited for any more.
    draining: bool,
}

impl Sampler {
    pub(super) fn new(settings: Settings, policies: Policies, counters: Counters) -> Self {
        let (kept, not_kept) = settings.remembered;
        Self {
            settings,
            policies,
            counters,
            traces: Traces::new(settings.wait, settings.root_wait),
            payloads: HeldPayloads::default(),
            remembered: Remembered::new(kept, not_kept),
            blocked: VecDeque::new(),
            draining: false,
        }
    }

    /// Takes a payload in, or lets it wait for room.
    pub(super) fn arrive(&mut self, arrival: Arrival, now: Instant) {
        if self.settings.blocks && !self.draining && (self.is_full() || !self.blocked.is_empty()) {
            self.blocked.push_back(arrival);
            return;
        }
        self.admit(arrival, now);
    }

    /// Decides on what is due.
    pub(super) fn decide_due(&mut self, now: Instant) {
        loop {
            while let Some(trace) = self.traces.take_due(now) {
                self.decide(&trace, now);
            }
            if self.blocked.is_empty() || self.is_full() {
                break;
            }
            if let Some(arrival) = self.blocked.pop_front() {
                self.admit(arrival, now);
            }
        }
        self.counters
            .show(self.traces.len(), self.payloads.undecided());
    }

    /// Decides on everything, and from now on on whatever comes.
    pub(super) fn drain(&mut self, now: Instant) {
        self.draining = true;
        for arrival in std::mem::take(&mut self.blocked) {
            self.admit(arrival, now);
        }
        self.decide_all(now);
    }

    /// When the next trace is due.
    pub(super) fn next_due(&mut self) -> Option<Instant> {
        self.traces.next_due()
    }

    /// Whether there are spans to be handed over.
    pub(super) fn has_kept(&self) -> bool {
        self.payloads.kept() > 0
    }

    /// Whether what is to be handed over should not wait for more.
    pub(super) fn is_urgent(&self) -> bool {
        self.draining || self.payloads.kept() >= FULL_SPANS
    }

    /// What is to be handed over.
    pub(super) fn take_kept(&mut self) -> VecDeque<Parcel> {
        self.payloads.take_kept()
    }

    /// Notes what has become of a parcel.
    pub(super) fn arrived(&mut self, shares: &VecDeque<(u32, u64)>, outcome: &Outcome) {
        for (number, spans) in shares {
            self.payloads.arrived(*number, *spans, outcome);
        }
    }

    fn admit(&mut self, arrival: Arrival, now: Instant) {
        let Arrival {
            payload,
            mut split,
            answer,
        } = arrival;
        let number = self.payloads.insert(payload, &mut split, answer);
        for group in &split.groups {
            self.group(number, group, split.members(group), now);
        }
        if self.draining {
            self.decide_all(now);
        }
        // Old traces make room, with what there is of them.
        while !self.settings.blocks
            && self.is_over()
            && let Some(trace) = self.traces.take_oldest()
        {
            self.counters.too_early();
            self.decide(&trace, now);
        }
    }

    /// Takes in the spans of one trace in one payload.
    fn group(&mut self, payload: u32, group: &Group, members: &[u32], now: Instant) {
        if let Some(kept) = self.remembered.get(&group.id) {
            self.counters.late(group.summary.spans, kept);
            self.payloads.decide(payload, members.iter().copied(), kept);
            return;
        }
        let spans = members.iter().map(|number| SpanRef {
            payload,
            number: *number,
        });
        let (place, new) = self.traces.add(group.id, &group.summary, spans, now);
        if new {
            self.counters.new_trace();
        }
        let bytes = self
            .traces
            .get(place)
            .map_or(0, |trace| trace.summary.bytes);
        if self.settings.max_trace_bytes.is_some_and(|max| bytes > max)
            && let Some(trace) = self.traces.remove(place)
        {
            self.counters.too_large();
            self.settle(&trace, Verdict::Dropped);
        }
    }

    fn decide_all(&mut self, now: Instant) {
        while let Some(trace) = self.traces.take_oldest() {
            if self.settings.drops_pending {
                self.settle(&trace, Verdict::Dropped);
            } else {
                self.decide(&trace, now);
            }
        }
    }

    fn decide(&mut self, trace: &Trace, now: Instant) {
        let evidence = Evidence {
            id: &trace.id,
            summary: &trace.summary,
            spans: &trace.spans,
            payloads: &self.payloads,
        };
        let verdict = self.policies.decide(&evidence, now);
        self.settle(trace, verdict);
    }

    fn settle(&mut self, trace: &Trace, verdict: Verdict) {
        let kept = verdict == Verdict::Sampled;
        self.counters.decided(verdict);
        for spans in trace
            .spans
            .chunk_by(|one, next| one.payload == next.payload)
        {
            if let Some(first) = spans.first() {
                let numbers = spans.iter().map(|span| span.number);
                self.payloads.decide(first.payload, numbers, kept);
            }
        }
        self.remembered.put(trace.id, kept);
    }

    /// Whether there is no room for another trace.
    fn is_full(&self) -> bool {
        self.traces.len() >= self.settings.max_traces || self.bytes() >= self.settings.max_bytes
    }

    /// Whether there is more than may be.
    fn is_over(&self) -> bool {
        self.traces.len() > self.settings.max_traces || self.bytes() > self.settings.max_bytes
    }

    fn bytes(&self) -> u64 {
        self.payloads.undecided() + self.traces.len() as u64 * OVERHEAD
    }
}
