//! The store's metrics.

use super::database::{Inserted, Size};
use super::evict::Evicted;
use crate::ops::{Counter, Gauge, Metrics};

/// What is counted, looked up once.
#[derive(Debug)]
pub(super) struct Counts {
    bytes: Gauge,
    duplicates: Counter,
    evicted_age: Counter,
    evicted_bytes: Counter,
    invalid: Counter,
    kept: Counter,
    pub(super) set_aside: Counter,
    spans: Gauge,
    traces: Gauge,
}

impl Counts {
    pub(super) fn new(metrics: &Metrics) -> Self {
        let evicted = |reason| {
            let help = "Spans evicted from the store, by the bound that was reached.";
            metrics.counter("campanile_store_evicted_spans", help, &[("reason", reason)])
        };
        let counter = |name, help| metrics.counter(name, help, &[]);
        let gauge = |name, help| metrics.gauge(name, help, &[]);
        Self {
            bytes: gauge("campanile_store_bytes", "Bytes that the store holds."),
            duplicates: counter(
                "campanile_store_duplicate_spans",
                "Spans that came again while they were kept.",
            ),
            evicted_age: evicted("age"),
            evicted_bytes: evicted("bytes"),
            invalid: counter(
                "campanile_store_invalid_spans",
                "Spans not kept because their trace or span id is not valid.",
            ),
            kept: counter(
                "campanile_store_inserted_spans",
                "Spans put into the store.",
            ),
            set_aside: counter(
                "campanile_store_set_aside_files",
                "Database files that could not be used and were renamed.",
            ),
            spans: gauge("campanile_store_spans", "Spans that the store holds."),
            traces: gauge("campanile_store_traces", "Traces that the store holds."),
        }
    }

    pub(super) fn opened(&self, size: Size) {
        self.bytes.set(signed(size.bytes));
        self.spans.set(signed(size.spans));
        self.traces.set(signed(size.traces));
    }

    pub(super) fn inserted(&self, inserted: Inserted) {
        self.kept.add(inserted.kept);
        self.duplicates.add(inserted.duplicates);
        self.invalid.add(inserted.invalid);
        self.spans.add(signed(inserted.kept));
        self.traces.add(signed(inserted.new_traces));
    }

    /// Counts an eviction after which `bytes` are in use.
    pub(super) fn evicted(&self, evicted: Evicted, bytes: u64) {
        self.evicted_age.add(evicted.by_age);
        self.evicted_bytes.add(evicted.by_bytes);
        self.spans.add(-signed(evicted.by_age + evicted.by_bytes));
        self.traces.add(-signed(evicted.traces));
        self.bytes.set(signed(bytes));
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
