//! The books of an agent: where every item went, by destination and by signal.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::delivery::{Balance, Books, LaneName};

/// Where the agent leaves the books of its lanes. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Ledgers(Arc<Mutex<Vec<(LaneName, Books)>>>);

/// Where the items of one destination went, or of one signal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct LedgerLine {
    /// `traces`, `metrics` or `logs`.
    pub signal: String,
    /// The pipeline's id; empty for the sum over a signal.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pipeline: String,
    /// The id of the exporter, the connector or the hold; empty for the sum over a signal.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub exporter: String,
    /// Taken.
    pub received: u64,
    /// Taken by the destination.
    pub sent: u64,
    /// Left out by a sampler.
    pub sampled_out: u64,
    /// Left out by a condition.
    pub filtered: u64,
    /// Refused by the destination in an answer that accepted the rest.
    pub rejected: u64,
    /// Refused for good, and kept with the reason.
    pub dead_lettered: u64,
    /// Given up, by reason.
    pub dropped: BTreeMap<String, u64>,
    /// Waiting.
    pub queued: u64,
    /// In an attempt, or between two.
    pub in_flight: u64,
}

impl Ledgers {
    /// Shows these from now on.
    pub(crate) fn show(&self, books: Vec<(LaneName, Books)>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = books;
    }

    /// A line for every destination.
    #[must_use]
    pub fn lines(&self) -> Vec<LedgerLine> {
        let books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = books.iter();
        lines
            .map(|(name, books)| LedgerLine::of(name, books.balance()))
            .collect()
    }
}

impl LedgerLine {
    fn of(name: &LaneName, balance: Balance) -> Self {
        let dropped = balance.dropped.into_iter();
        Self {
            signal: name.signal.name().to_owned(),
            pipeline: name.pipeline.clone(),
            exporter: name.exporter.to_string(),
            received: balance.received,
            sent: balance.sent,
            sampled_out: balance.sampled_out,
            filtered: balance.filtered,
            rejected: balance.rejected,
            dead_lettered: balance.dead_lettered,
            dropped: dropped
                .map(|(reason, items)| (reason.name().to_owned(), items))
                .collect(),
            queued: balance.queued,
            in_flight: balance.in_flight,
        }
    }

    /// Whether everything that was received is accounted for: true at rest.
    #[must_use]
    pub fn is_even(&self) -> bool {
        let left_out = self.sampled_out + self.filtered;
        let given_up = self.rejected + self.dead_lettered + self.dropped.values().sum::<u64>();
        self.received == self.sent + left_out + given_up + self.queued + self.in_flight
    }

    /// The sum of `lines` for each signal.
    #[must_use]
    pub fn by_signal(lines: &[Self]) -> Vec<Self> {
        let mut sums: BTreeMap<&str, Self> = BTreeMap::new();
        for line in lines {
            let sum = sums.entry(&line.signal).or_insert_with(|| Self {
                signal: line.signal.clone(),
                ..Self::default()
            });
            sum.add(line);
        }
        sums.into_values().collect()
    }

    fn add(&mut self, line: &Self) {
        self.received += line.received;
        self.sent += line.sent;
        self.sampled_out += line.sampled_out;
        self.filtered += line.filtered;
        self.rejected += line.rejected;
        self.dead_lettered += line.dead_lettered;
        self.queued += line.queued;
        self.in_flight += line.in_flight;
        for (reason, items) in &line.dropped {
            *self.dropped.entry(reason.clone()).or_default() += items;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(signal: &str, sent: u64, reason: &str) -> LedgerLine {
        LedgerLine {
            signal: signal.to_owned(),
            exporter: "otlp".to_owned(),
            received: sent + 3,
            sent,
            queued: 1,
            dropped: BTreeMap::from([(reason.to_owned(), 2)]),
            ..LedgerLine::default()
        }
    }

    #[test]
    fn the_lines_of_a_signal_add_up_to_an_even_sum() {
        let lines = [
            line("traces", 5, "expired"),
            line("logs", 1, "expired"),
            line("traces", 7, "shutdown"),
        ];
        let sums = LedgerLine::by_signal(&lines);
        assert!(sums.iter().all(LedgerLine::is_even), "{sums:?}");
        let [logs, traces] = sums.as_slice() else {
            panic!("{sums:?}");
        };
        assert_eq!((logs.received, traces.received), (4, 18));
        let dropped = [("expired".to_owned(), 2), ("shutdown".to_owned(), 2)];
        assert_eq!(traces.dropped, BTreeMap::from(dropped));
    }

    #[test]
    fn a_line_that_misses_an_item_is_not_even() {
        let mut line = line("traces", 5, "expired");
        line.received += 1;
        assert!(!line.is_even());
    }
}
