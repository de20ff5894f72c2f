//! The block `sampler` of a receiver.

use campanile_wire::opencensus::trace::v1::constant_sampler::ConstantDecision;
use campanile_wire::opencensus::trace::v1::trace_config::Sampler;
use campanile_wire::opencensus::trace::v1::{
    ConstantSampler, ProbabilitySampler, RateLimitingSampler, TraceConfig,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Policy;
use crate::component::Invalid;

/// How libraries that ask are to sample: one of `probability`, `constant` and `rate_limiting`, and
/// the limits that go with it, whose defaults are those of the OpenCensus libraries.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct SamplerSettings {
    /// Sample this share of the traces, 0 to 1.
    pub probability: Option<f64>,
    /// `always_on`, `always_off` or `always_parent`. Libraries for Go take the last as off.
    pub constant: Option<Constant>,
    /// Sample about so many traces a second. Libraries for Go ignore it.
    pub rate_limiting: Option<u32>,
    /// Attributes of one span, annotation or link. Default 32.
    pub max_number_of_attributes: u32,
    /// Annotations of one span. Default 32.
    pub max_number_of_annotations: u32,
    /// Message events of one span. Default 128.
    pub max_number_of_message_events: u32,
    /// Links of one span. Default 32.
    pub max_number_of_links: u32,
}

/// A decision that does not depend on the trace.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Constant {
    /// No trace is sampled.
    AlwaysOff,
    /// Every trace is sampled.
    AlwaysOn,
    /// As the caller decided; without a caller, not.
    AlwaysParent,
}

impl Default for SamplerSettings {
    fn default() -> Self {
        Self {
            probability: None,
            constant: None,
            rate_limiting: None,
            max_number_of_attributes: 32,
            max_number_of_annotations: 32,
            max_number_of_message_events: 128,
            max_number_of_links: 32,
        }
    }
}

impl SamplerSettings {
    /// Everything wrong with the block, with keys below `sampler`.
    #[must_use]
    pub fn validate(&self) -> Vec<Invalid> {
        let mut wrong = Vec::new();
        let given = [
            self.probability.is_some(),
            self.constant.is_some(),
            self.rate_limiting.is_some(),
        ];
        if given.iter().filter(|given| **given).count() != 1 {
            let message = "must be exactly one of `probability`, `constant` and `rate_limiting`";
            wrong.push(Invalid::new("sampler", message));
        }
        if self.probability.is_some_and(|p| !(0.0..=1.0).contains(&p)) {
            let message = "must be between 0 and 1";
            wrong.push(Invalid::new("sampler.probability", message));
        }
        let at_least_one = [
            ("rate_limiting", self.rate_limiting.unwrap_or(1)),
            ("max_number_of_attributes", self.max_number_of_attributes),
            ("max_number_of_annotations", self.max_number_of_annotations),
            (
                "max_number_of_message_events",
                self.max_number_of_message_events,
            ),
            ("max_number_of_links", self.max_number_of_links),
        ];
        let zero = at_least_one.iter().filter(|(_, value)| *value == 0);
        wrong.extend(
            zero.map(|(key, _)| Invalid::new(format!("sampler.{key}"), "must be at least 1")),
        );
        wrong
    }

    /// What it tells everybody: every field set, because a missing one would mean zero.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy::for_all(TraceConfig {
            sampler: self.sampler(),
            max_number_of_attributes: self.max_number_of_attributes.into(),
            max_number_of_annotations: self.max_number_of_annotations.into(),
            max_number_of_message_events: self.max_number_of_message_events.into(),
            max_number_of_links: self.max_number_of_links.into(),
        })
    }

    fn sampler(&self) -> Option<Sampler> {
        if let Some(sampling_probability) = self.probability {
            let sampler = ProbabilitySampler {
                sampling_probability,
            };
            return Some(Sampler::ProbabilitySampler(sampler));
        }
        if let Some(constant) = self.constant {
            let decision = match constant {
                Constant::AlwaysOff => ConstantDecision::AlwaysOff,
                Constant::AlwaysOn => ConstantDecision::AlwaysOn,
                Constant::AlwaysParent => ConstantDecision::AlwaysParent,
            };
            return Some(Sampler::ConstantSampler(ConstantSampler {
                decision: decision.into(),
            }));
        }
        let qps = self.rate_limiting?.into();
        Some(Sampler::RateLimitingSampler(RateLimitingSampler { qps }))
    }
}
