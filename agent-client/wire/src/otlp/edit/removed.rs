//! Which items an edit has taken out.

use std::ops::Range;

use crate::otlp::Signal;
use crate::otlp::view::messages;

use super::Kind;
use super::splice::located;
use crate::protobuf::Value;

/// What an edit has taken out of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// The spans, data points or log records that are gone, by their numbers in the request as it
    /// was; in order.
    pub items: Vec<Range<u64>>,
    /// How many resource entries are gone.
    pub resources: u64,
}

impl Removed {
    /// How many items are gone.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.items.iter().map(|run| run.end - run.start).sum()
    }
}

/// Numbers items. What is passed over is counted when it is needed: most edits remove nothing.
#[derive(Default)]
pub(super) struct Numbering<'a> {
    next: u64,
    uncounted: Vec<Passed<'a>>,
    pub(super) removed: Removed,
}

/// A message with items in it.
#[derive(Clone, Copy)]
pub(super) enum Passed<'a> {
    Metric(&'a [u8]),
    Resource(&'a [u8]),
    Scope(&'a [u8]),
}

impl<'a> Numbering<'a> {
    /// Passes one item.
    pub(super) fn pass_one(&mut self) {
        self.next += 1;
    }

    /// Passes every item in a message.
    pub(super) fn pass(&mut self, passed: Passed<'a>) {
        self.uncounted.push(passed);
    }

    /// Takes note that the next `count` items are gone.
    pub(super) fn remove(&mut self, signal: Signal, count: u64) {
        let passed = self.uncounted.drain(..);
        self.next += passed.map(|passed| passed.items(signal)).sum::<u64>();
        self.remove_at(self.next, count);
        self.next += count;
    }

    /// Passes a metric with so many points in all, of which those in `gone` are gone.
    pub(super) fn remove_points(&mut self, signal: Signal, gone: &[u64], points: u64) {
        self.remove(signal, 0);
        for point in gone {
            self.remove_at(self.next + point, 1);
        }
        self.next += points;
    }

    fn remove_at(&mut self, start: u64, count: u64) {
        match self.removed.items.last_mut() {
            Some(last) if last.end == start => last.end += count,
            _ if count > 0 => self.removed.items.push(start..start + count),
            _ => {}
        }
    }
}

impl Passed<'_> {
    /// How many items are in it.
    pub(super) fn items(self, signal: Signal) -> u64 {
        match self {
            Self::Metric(metric) => points(metric),
            Self::Resource(resource) => {
                let scopes = messages(resource, 2);
                scopes.map(|scope| Passed::Scope(scope).items(signal)).sum()
            }
            Self::Scope(scope) if signal == Signal::Metrics => messages(scope, 2).map(points).sum(),
            Self::Scope(scope) => messages(scope, 2).count() as u64,
        }
    }
}

/// How many points a metric has.
pub(super) fn points(metric: &[u8]) -> u64 {
    let data = located(metric).filter_map(|(field, _)| match field.value {
        Value::Bytes(data) if Kind::of_points(field.number).is_some() => Some(data),
        _ => None,
    });
    data.map(|data| messages(data, 1).count() as u64).sum()
}
