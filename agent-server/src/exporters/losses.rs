//! Points that an exporter could not express or keep, by reason.

use std::collections::BTreeMap;

use crate::component::{Context, Exported};
use crate::ops::Counter;

/// `campanile_exporter_dropped_points{exporter, reason}`. Each exporter names its reasons when it
/// is built, so that they are visible at zero and cannot grow in number.
#[derive(Clone, Debug)]
pub(crate) struct Losses(BTreeMap<&'static str, Counter>);

impl Losses {
    /// One counter per reason.
    pub(crate) fn new(context: &Context, reasons: impl IntoIterator<Item = &'static str>) -> Self {
        let exporter = context.id.to_string();
        let counter = |reason| {
            let labels = [("exporter", exporter.as_str()), ("reason", reason)];
            let help = "Points that the exporter could not express or keep.";
            let metrics = &context.shared.metrics;
            metrics.counter("campanile_exporter_dropped_points", help, &labels)
        };
        let reasons = reasons.into_iter();
        Self(reasons.map(|reason| (reason, counter(reason))).collect())
    }

    /// Counts what one payload of `items` points lost, and says so.
    pub(crate) fn count(&self, tally: &Tally, items: u64) -> Exported {
        let mut words = Vec::new();
        let mut total: u64 = 0;
        for (reason, points) in &tally.0 {
            self.0
                .get(reason)
                .expect("an exporter counts only the reasons it has named")
                .add(*points);
            words.push(format!("{points} {reason}"));
            total = total.saturating_add(*points);
        }
        Exported {
            rejected: total.min(items),
            sampled_out: 0,
            message: match words.is_empty() {
                true => String::new(),
                false => format!("points dropped: {}", words.join(", ")),
            },
        }
    }
}

/// What one payload lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally(BTreeMap<&'static str, u64>);

impl Tally {
    /// Adds points that were lost for `reason`.
    pub(crate) fn add(&mut self, reason: &'static str, points: u64) {
        if points > 0 {
            *self.0.entry(reason).or_default() += points;
        }
    }
}
