//! What libraries are told.

use campanile_wire::opencensus::agent::common::v1::Node;
use campanile_wire::opencensus::trace::v1::TraceConfig;
use campanile_wire::opencensus::trace::v1::constant_sampler::ConstantDecision;
use campanile_wire::opencensus::trace::v1::trace_config::Sampler;

/// Who samples how. The default leaves every library as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    all: Option<TraceConfig>,
}

impl Policy {
    /// One configuration for everybody.
    #[must_use]
    pub fn for_all(config: TraceConfig) -> Self {
        Self { all: Some(config) }
    }

    /// What `node` is to do, always complete: a field that is missing would mean zero. `None` leaves
    /// it as it is.
    #[must_use]
    pub fn for_node(&self, node: &Node) -> Option<TraceConfig> {
        // Rules for single services would be looked up by this node.
        let _ = node;
        self.all
    }
}

/// A configuration in a few words: `probability 0.1; 32 attributes, 32 annotations, ...`.
#[must_use]
pub fn describe(config: &TraceConfig) -> String {
    let sampler = match &config.sampler {
        None => "no sampler".to_owned(),
        Some(Sampler::ConstantSampler(constant)) => match constant.decision() {
            ConstantDecision::AlwaysOff => "always_off".to_owned(),
            ConstantDecision::AlwaysOn => "always_on".to_owned(),
            ConstantDecision::AlwaysParent => "always_parent".to_owned(),
        },
        Some(Sampler::ProbabilitySampler(sampler)) => {
            format!("probability {}", sampler.sampling_probability)
        }
        Some(Sampler::RateLimitingSampler(sampler)) => format!("rate_limiting {}", sampler.qps),
    };
    let limits = [
        (config.max_number_of_attributes, "attributes"),
        (config.max_number_of_annotations, "annotations"),
        (config.max_number_of_message_events, "message events"),
        (config.max_number_of_links, "links"),
    ];
    let limits = limits.iter().filter(|(limit, _)| *limit != 0);
    let limits: Vec<String> = limits
        .map(|(limit, name)| format!("{limit} {name}"))
        .collect();
    if limits.is_empty() {
        sampler
    } else {
        format!("{sampler}; {}", limits.join(", "))
    }
}
