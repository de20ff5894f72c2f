//! What the receiver counts of its own work.

use std::collections::BTreeMap;

use super::ScrapeError;
use crate::component::Context;
use crate::ops::{Counter, Gauge};

/// The receiver's counters.
#[derive(Clone, Debug)]
pub(in crate::receivers::prometheus) struct Counters {
    outcomes: BTreeMap<&'static str, Counter>,
    duplicates: Counter,
    incomplete: Counter,
    discovered: Counter,
    not_discovered: Counter,
    invalid_targets: Counter,
    /// The targets that are scraped.
    pub(in crate::receivers::prometheus) targets: Gauge,
}

impl Counters {
    /// The counters of receiver `context.id`.
    pub(in crate::receivers::prometheus) fn new(context: &Context) -> Self {
        let receiver = context.id.to_string();
        let metrics = &context.shared.metrics;
        let outcome = |outcome| {
            let labels = [("receiver", receiver.as_str()), ("outcome", outcome)];
            let help = "Scrapes by their outcome.";
            let counter = metrics.counter("campanile_receiver_scrapes", help, &labels);
            (outcome, counter)
        };
        let invalid = |reason| {
            let labels = [("receiver", receiver.as_str()), ("reason", reason)];
            let help = "Requests, messages and items that were not valid.";
            metrics.counter("campanile_receiver_invalid", help, &labels)
        };
        let discovery = |outcome| {
            let labels = [("receiver", receiver.as_str()), ("outcome", outcome)];
            let help = "Readings of lists of targets by their outcome.";
            metrics.counter("campanile_receiver_discoveries", help, &labels)
        };
        let labels = [("receiver", receiver.as_str())];
        let help = "Targets that are scraped.";
        let outcomes = ["ok"].into_iter().chain(ScrapeError::OUTCOMES);
        Self {
            outcomes: outcomes.map(outcome).collect(),
            duplicates: invalid("duplicate_sample"),
            incomplete: invalid("incomplete_point"),
            invalid_targets: invalid("target"),
            discovered: discovery("ok"),
            not_discovered: discovery("failed"),
            targets: metrics.gauge("campanile_receiver_targets", help, &labels),
        }
    }

    /// Counts a scrape.
    pub(in crate::receivers::prometheus) fn scraped(&self, result: &Result<(), ScrapeError>) {
        let outcome = result.as_ref().map_or_else(ScrapeError::outcome, |()| "ok");
        if let Some(counter) = self.outcomes.get(outcome) {
            counter.add(1);
        }
    }

    /// Counts what a scrape had to leave out.
    pub(in crate::receivers::prometheus) fn left_out(&self, duplicates: u64, incomplete: u64) {
        self.duplicates.add(duplicates);
        self.incomplete.add(incomplete);
    }

    /// Counts a reading of a list of targets.
    pub(in crate::receivers::prometheus) fn discovered(&self, found: bool) {
        let counter = if found {
            &self.discovered
        } else {
            &self.not_discovered
        };
        counter.add(1);
    }

    /// Counts targets that cannot be scraped.
    pub(in crate::receivers::prometheus) fn invalid_targets(&self, targets: u64) {
        self.invalid_targets.add(targets);
    }
}
