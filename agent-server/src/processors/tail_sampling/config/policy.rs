//! A policy: its name, its type, and the block of that type.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::blocks::{
    AndBlock, BooleanAttributeBlock, BytesLimitingBlock, CompositeBlock, DropBlock, LatencyBlock,
    NotBlock, NumericAttributeBlock, OttlConditionBlock, ProbabilisticBlock, RateLimitingBlock,
    SpanCountBlock, StatusCodeBlock, StringAttributeBlock, TraceStateBlock,
};

/// The type of a policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Everything.
    #[default]
    AlwaysSample,
    /// What all of some policies are for.
    And,
    /// Traces with a truth value.
    BooleanAttribute,
    /// So many bytes a second.
    BytesLimiting,
    /// So many spans a second, divided among policies.
    Composite,
    /// Not what all of some policies are for.
    Drop,
    /// Traces that take long.
    Latency,
    /// What another policy is not for.
    Not,
    /// Traces with a number within bounds.
    NumericAttribute,
    /// Traces in which a condition holds.
    OttlCondition,
    /// A percentage of all traces.
    Probabilistic,
    /// So many spans a second.
    RateLimiting,
    /// Traces of so many spans.
    SpanCount,
    /// Traces in which a span has a status.
    StatusCode,
    /// Traces with a text.
    StringAttribute,
    /// Traces in which a span has the W3C flag `sampled`.
    TraceFlags,
    /// Traces with a member of `tracestate`.
    TraceState,
}

/// One policy.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PolicyConfig {
    /// Its name, in the metrics. Required.
    pub(crate) name: String,
    /// Its type. Required, as is the block of the same name, where there is one.
    pub(crate) r#type: Option<Kind>,
    /// What all of these are for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) and: Option<AndBlock>,
    /// A truth value that has to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) boolean_attribute: Option<BooleanAttributeBlock>,
    /// So many bytes a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bytes_limiting: Option<BytesLimitingBlock>,
    /// So many spans a second, divided among policies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) composite: Option<CompositeBlock>,
    /// Not what all of these are for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) drop: Option<DropBlock>,
    /// Traces that take long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) latency: Option<LatencyBlock>,
    /// What another is not for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) not: Option<NotBlock>,
    /// A number within bounds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) numeric_attribute: Option<NumericAttributeBlock>,
    /// Conditions, of which any has to hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ottl_condition: Option<OttlConditionBlock>,
    /// A percentage of all traces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) probabilistic: Option<ProbabilisticBlock>,
    /// So many spans a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rate_limiting: Option<RateLimitingBlock>,
    /// Traces of so many spans.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) span_count: Option<SpanCountBlock>,
    /// A status that a span has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status_code: Option<StatusCodeBlock>,
    /// A text that has to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) string_attribute: Option<StringAttributeBlock>,
    /// A member of `tracestate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trace_state: Option<TraceStateBlock>,
}

impl Kind {
    /// How it is written.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AlwaysSample => "always_sample",
            Self::And => "and",
            Self::BooleanAttribute => "boolean_attribute",
            Self::BytesLimiting => "bytes_limiting",
            Self::Composite => "composite",
            Self::Drop => "drop",
            Self::Latency => "latency",
            Self::Not => "not",
            Self::NumericAttribute => "numeric_attribute",
            Self::OttlCondition => "ottl_condition",
            Self::Probabilistic => "probabilistic",
            Self::RateLimiting => "rate_limiting",
            Self::SpanCount => "span_count",
            Self::StatusCode => "status_code",
            Self::StringAttribute => "string_attribute",
            Self::TraceFlags => "trace_flags",
            Self::TraceState => "trace_state",
        }
    }
}

impl PolicyConfig {
    /// Every block, by its type, and whether it is there.
    pub(super) fn blocks(&self) -> [(Kind, bool); 15] {
        [
            (Kind::And, self.and.is_some()),
            (Kind::BooleanAttribute, self.boolean_attribute.is_some()),
            (Kind::BytesLimiting, self.bytes_limiting.is_some()),
            (Kind::Composite, self.composite.is_some()),
            (Kind::Drop, self.drop.is_some()),
            (Kind::Latency, self.latency.is_some()),
            (Kind::Not, self.not.is_some()),
            (Kind::NumericAttribute, self.numeric_attribute.is_some()),
            (Kind::OttlCondition, self.ottl_condition.is_some()),
            (Kind::Probabilistic, self.probabilistic.is_some()),
            (Kind::RateLimiting, self.rate_limiting.is_some()),
            (Kind::SpanCount, self.span_count.is_some()),
            (Kind::StatusCode, self.status_code.is_some()),
            (Kind::StringAttribute, self.string_attribute.is_some()),
            (Kind::TraceState, self.trace_state.is_some()),
        ]
    }
}
