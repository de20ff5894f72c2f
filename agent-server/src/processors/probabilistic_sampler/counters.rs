//! How many were sampled and by what, under the Collector's names.

use campanile_wire::otlp::Signal;

use super::config::Config;
use super::decision::Source;
use crate::component::Context;
use crate::ops::{Counter, Metrics};

/// Every source, in the order of [`index`].
const SOURCES: [Source; 6] = [
    Source::Attribute,
    Source::Explicit,
    Source::Missing,
    Source::Priority,
    Source::TraceIdHash,
    Source::TraceIdW3c,
];

/// What one request adds: dropped and kept, for each source.
#[derive(Debug, Default)]
pub(super) struct Tally([[u64; 2]; SOURCES.len()]);

impl Tally {
    pub(super) fn note(&mut self, source: Source, kept: bool) {
        self.0[index(source)][usize::from(kept)] += 1;
    }
}

#[derive(Debug)]
pub(super) struct Counters {
    spans: Family,
    records: Family,
}

type Family = [[Counter; 2]; SOURCES.len()];

impl Counters {
    pub(super) fn new(config: &Config, context: &Context) -> Self {
        let metrics = &context.shared.metrics;
        Self {
            spans: family(
                metrics,
                config,
                "otelcol_processor_probabilistic_sampler_count_traces_sampled",
                "Spans that were decided on.",
            ),
            records: family(
                metrics,
                config,
                "otelcol_processor_probabilistic_sampler_count_logs_sampled",
                "Log records that were decided on.",
            ),
        }
    }

    pub(super) fn add(&self, signal: Signal, tally: &Tally) {
        let family = match signal {
            Signal::Logs => &self.records,
            Signal::Metrics | Signal::Traces => &self.spans,
        };
        let pairs = family.iter().flatten().zip(tally.0.iter().flatten());
        for (counter, count) in pairs.filter(|(_, count)| **count > 0) {
            counter.add(*count);
        }
    }
}

fn family(metrics: &Metrics, config: &Config, name: &'static str, help: &'static str) -> Family {
    let counter = |source, sampled| {
        let labels = [("policy", policy(source, config)), ("sampled", sampled)];
        metrics.counter(name, help, &labels)
    };
    SOURCES.map(|source| [counter(source, "false"), counter(source, "true")])
}

fn index(source: Source) -> usize {
    match source {
        Source::Attribute => 0,
        Source::Explicit => 1,
        Source::Missing => 2,
        Source::Priority => 3,
        Source::TraceIdHash => 4,
        Source::TraceIdW3c => 5,
    }
}

/// What the Collector calls it.
fn policy(source: Source, config: &Config) -> &str {
    match source {
        Source::Attribute if config.from_attribute.is_empty() => "attribute",
        Source::Attribute => &config.from_attribute,
        Source::Explicit => "sampling_randomness",
        Source::Missing => "missing_randomness",
        Source::Priority => "sampling_priority",
        Source::TraceIdHash => "trace_id_hash",
        Source::TraceIdW3c => "trace_id_w3c",
    }
}
