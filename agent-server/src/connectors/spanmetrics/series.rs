//! What one series counts.

use std::collections::HashMap;
use std::time::Duration;

use super::super::latency::{Latencies, Temporality};
use super::super::points::{Exemplar, Now, Times};
use super::plan::{Emits, Plan};

/// The series of one family of metrics and one resource, by key.
#[derive(Debug, Default)]
pub(super) struct Family {
    pub(super) series: HashMap<Box<[u8]>, Series>,
    /// Series that count something that has not been written.
    pub(super) active: usize,
}

/// What one series counts.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub(super) start: u64,
    pub(super) count: u64,
    pub(super) latencies: Option<Latencies>,
    pub(super) exemplars: Vec<Exemplar>,
    /// When it last counted something.
    pub(super) seen: Duration,
    /// Whether it has counted anything since it was written.
    pub(super) due: bool,
}

/// One span or event, as a series counts it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Measured {
    pub(super) nanos: u64,
    pub(super) exemplar: Option<Exemplar>,
}

impl Series {
    /// Nothing counted yet.
    pub(super) fn new(plan: &Plan, emits: &Emits, now: Now) -> Self {
        let has_durations = emits.durations.is_some();
        Self {
            start: now.unix,
            count: 0,
            latencies: has_durations.then(|| Latencies::new(&plan.layout)),
            exemplars: Vec::new(),
            seen: now.at,
            due: false,
        }
    }

    /// Counts one. Says whether it is the first since the series was written.
    pub(super) fn count(&mut self, plan: &Plan, measured: Measured, now: Now) -> bool {
        self.count += 1;
        self.seen = now.at;
        if let Some(latencies) = &mut self.latencies {
            latencies.record(&plan.layout, measured.nanos);
            if let Some(exemplar) = measured.exemplar
                && self.exemplars.len() < plan.exemplars
            {
                self.exemplars.push(exemplar);
            }
        }
        !std::mem::replace(&mut self.due, true)
    }

    /// The times of its point, if one is due.
    pub(super) fn times(&self, plan: &Plan, now: Now) -> Option<Times> {
        let due = self.due || plan.temporality == Temporality::Cumulative;
        due.then_some(Times {
            start: self.start,
            now: now.unix,
        })
    }

    /// Notes that it was written.
    pub(super) fn written(&mut self, plan: &Plan, now: Now) {
        self.exemplars.clear();
        if plan.temporality == Temporality::Delta && self.due {
            self.start = now.unix;
            self.count = 0;
            if let Some(latencies) = &mut self.latencies {
                latencies.clear();
            }
        }
        self.due = false;
    }

    /// Whether it has been quiet for so long that it is to be forgotten. Never before what it counts
    /// was written.
    pub(super) fn expired(&self, after: Duration, now: Now) -> bool {
        !self.due && !after.is_zero() && now.at.saturating_sub(self.seen) >= after
    }
}
