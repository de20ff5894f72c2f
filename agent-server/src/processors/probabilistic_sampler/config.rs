//! What a user writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::decision::Sampler;
use super::hash::Hash;
use super::records::RecordSampler;
use super::spans::SpanSampler;
use super::threshold::{DIGITS, MIN_PROBABILITY};
use crate::component::{Invalid, Validate};

/// How it is decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mode {
    /// By the randomness of the trace, to one percentage for all, whatever was sampled before.
    Equalizing,
    /// By the Collector's hash, FNV-1a.
    #[default]
    #[serde(alias = "")]
    HashSeed,
    /// By the hash of the OpenCensus service, `MurmurHash3`.
    Murmur3,
    /// By the randomness of the trace, to a percentage of what comes.
    Proportional,
}

/// What is hashed of a log record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
pub(crate) enum AttributeSource {
    /// The trace id, where there is one.
    #[default]
    #[serde(rename = "traceID", alias = "")]
    TraceId,
    /// The attribute `from_attribute`.
    #[serde(rename = "record")]
    Record,
}

/// The configuration of `probabilistic_sampler`, with the Collector's keys and defaults.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// How it is decided: `hash_seed`, `proportional`, `equalizing`, or `murmur3`, which the
    /// Collector has not. Default `hash_seed`.
    pub(crate) mode: Mode,
    /// How much is kept, in percent; from 100 on, everything. Default 0, which keeps nothing but
    /// what asks to be kept.
    pub(crate) sampling_percentage: f64,
    /// What makes the hash another one: the same for all agents that are to decide alike. Default
    /// 0.
    pub(crate) hash_seed: u32,
    /// Whether what cannot be decided on is dropped: without a trace id, or with a malformed
    /// `tracestate`. Default true.
    pub(crate) fail_closed: bool,
    /// Hex digits of the thresholds that are written, 1 to 14. Default 4.
    pub(crate) sampling_precision: usize,
    /// What is hashed of a log record, `traceID` or `record`. Default `traceID`.
    pub(crate) attribute_source: AttributeSource,
    /// The attribute of log records that is hashed, where the trace id is not. Default none.
    pub(crate) from_attribute: String,
    /// The attribute of log records that holds a percentage of their own. Default none.
    pub(crate) sampling_priority: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            sampling_percentage: 0.0,
            hash_seed: 0,
            fail_closed: true,
            sampling_precision: 4,
            attribute_source: AttributeSource::default(),
            from_attribute: String::new(),
            sampling_priority: String::new(),
        }
    }
}

impl Config {
    /// What decides on spans.
    pub(super) fn spans(&self) -> SpanSampler {
        SpanSampler {
            sampler: self.sampler(),
            fail_closed: self.fail_closed,
        }
    }

    /// What decides on log records.
    pub(super) fn records(&self) -> RecordSampler {
        let named = |key: &String| Some(key.clone()).filter(|key| !key.is_empty());
        RecordSampler {
            sampler: self.sampler(),
            fail_closed: self.fail_closed,
            precision: self.sampling_precision,
            by_trace_id: self.attribute_source == AttributeSource::TraceId,
            from_attribute: named(&self.from_attribute),
            priority: named(&self.sampling_priority),
        }
    }

    fn sampler(&self) -> Sampler {
        // Single precision, because whoever is to agree calculates with it.
        let percentage = self.sampling_percentage as f32;
        match self.mode {
            Mode::Equalizing => Sampler::equalizing(percentage, self.sampling_precision),
            Mode::HashSeed => Sampler::hashing(Hash::Fnv, self.hash_seed, percentage),
            Mode::Murmur3 => Sampler::hashing(Hash::Murmur, self.hash_seed, percentage),
            Mode::Proportional => Sampler::proportional(percentage, self.sampling_precision),
        }
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let mut wrong = Vec::new();
        let percentage = self.sampling_percentage;
        if !percentage.is_finite() || percentage < 0.0 {
            let message = format!("`{percentage}` is not a percentage; write 0 to 100");
            wrong.push(Invalid::new("sampling_percentage", message));
        } else if percentage > 0.0 && percentage / 100.0 < MIN_PROBABILITY {
            let message =
                format!("{percentage:e} is too small to be sampled with; write 0 for none");
            wrong.push(Invalid::new("sampling_percentage", message));
        }
        if !(1..=DIGITS).contains(&self.sampling_precision) {
            let message = format!("{} is not between 1 and 14", self.sampling_precision);
            wrong.push(Invalid::new("sampling_precision", message));
        }
        if self.attribute_source == AttributeSource::Record && self.from_attribute.is_empty() {
            let message = "attribute_source is `record`: name the attribute to hash";
            wrong.push(Invalid::new("from_attribute", message));
        }
        wrong
    }
}
