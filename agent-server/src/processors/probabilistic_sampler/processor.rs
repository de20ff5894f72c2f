//! The processor: payloads in, what is kept of them out.

use campanile_wire::otlp::edit::{Draft, Edit, Fate, Kind, Within};

use super::config::Config;
use super::counters::{Counters, Tally};
use super::records::RecordSampler;
use super::spans::SpanSampler;
use crate::component::{Context, Processor, Refusal, Removal};
use crate::payload::Payload;

/// Samples spans and log records, each by itself.
#[derive(Debug)]
pub(super) struct ProbabilisticSampler {
    spans: SpanSampler,
    records: RecordSampler,
    counters: Counters,
}

impl ProbabilisticSampler {
    pub(super) fn new(config: &Config, context: &Context) -> Self {
        Self {
            spans: config.spans(),
            records: config.records(),
            counters: Counters::new(config, context),
        }
    }
}

impl Processor for ProbabilisticSampler {
    fn process(&self, payload: Payload) -> Result<Option<Payload>, Refusal> {
        let signal = payload.signal();
        let mut pass = Pass {
            sampler: self,
            tally: Tally::default(),
        };
        let payload = payload.edited(&mut pass);
        self.counters.add(signal, &pass.tally);
        Ok((!payload.is_empty()).then_some(payload))
    }

    fn removal(&self) -> Removal {
        Removal::SampledOut
    }
}

/// One payload on its way through.
struct Pass<'s> {
    sampler: &'s ProbabilisticSampler,
    tally: Tally,
}

impl Edit for Pass<'_> {
    fn item(&mut self, item: &mut Draft<'_>, _: Within<'_>) -> Fate {
        let verdict = match item.kind() {
            Kind::Span => self.sampler.spans.sample(item),
            Kind::LogRecord => self.sampler.records.sample(item),
            _ => return Fate::Keep,
        };
        let kept = verdict.kept.is_some();
        self.tally.note(verdict.source, kept);
        if kept { Fate::Keep } else { Fate::Drop }
    }
}
