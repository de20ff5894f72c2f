//! The blocks of policies, each named as its type.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::PolicyConfig;
use crate::ottl::ErrorMode;

macro_rules! blocks {
    ($($(#[$about:meta])* $name:ident {
        $($(#[$doc:meta])* $key:ident: $type:ty,)*
    })*) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema, Serialize)]
        #[serde(default, deny_unknown_fields)]
        pub(crate) struct $name {
            $($(#[$doc])* pub(crate) $key: $type,)*
        }
    )*};
}

blocks! {
    /// What all of these are for.
    AndBlock {
        /// The policies, at least one.
        and_sub_policy: Vec<PolicyConfig>,
    }

    /// A truth value that has to be.
    BooleanAttributeBlock {
        /// The attribute, of a resource or span.
        key: String,
        /// The value. Default false.
        value: bool,
        /// Whether a trace must not have it. Default false.
        invert_match: bool,
    }

    /// So many bytes a second.
    BytesLimitingBlock {
        /// Bytes of spans a second.
        bytes_per_second: u64,
        /// Bytes at once. 0 for what two seconds give. Default 0.
        burst_capacity: u64,
    }

    /// So many spans a second, divided among policies.
    CompositeBlock {
        /// Spans a second, of all policies together.
        max_total_spans_per_second: u64,
        /// The order in which policies are asked; those that are not in it come last.
        policy_order: Vec<String>,
        /// The policies, at least one.
        composite_sub_policy: Vec<PolicyConfig>,
        /// The part of each policy. One without has what the others leave.
        rate_allocation: Vec<Allocation>,
    }

    /// The part of one policy.
    Allocation {
        /// Its name.
        policy: String,
        /// The part, in percent. 0 for an equal one.
        percent: u64,
    }

    /// Not what all of these are for.
    DropBlock {
        /// The policies, at least one.
        drop_sub_policy: Vec<PolicyConfig>,
    }

    /// Traces that take long.
    LatencyBlock {
        /// Milliseconds that they take: at least, or with an upper threshold more than. Default 0.
        threshold_ms: u64,
        /// Milliseconds that they take at most. 0 for no limit. Default 0.
        upper_threshold_ms: u64,
    }

    /// What another is not for.
    NotBlock {
        /// The other policy.
        not_sub_policy: Option<Box<PolicyConfig>>,
    }

    /// A number within bounds.
    NumericAttributeBlock {
        /// The attribute, of a resource or span.
        key: String,
        /// The least value. Default no bound.
        min_value: Option<i64>,
        /// The greatest value. Default no bound.
        max_value: Option<i64>,
        /// Whether a trace must not have one within. Default false.
        invert_match: bool,
    }

    /// Conditions, of which any has to hold.
    OttlConditionBlock {
        /// What happens when a condition fails on a span: `propagate` takes the policy as not
        /// asked, and counts it; `ignore` takes the condition as not met and logs the first
        /// failure, `silent` does not log. Default propagate.
        error_mode: ErrorMode,
        /// Conditions on spans.
        span: Vec<String>,
        /// Conditions on the events of spans.
        spanevent: Vec<String>,
    }

    /// A percentage of all traces.
    ProbabilisticBlock {
        /// What is hashed before the trace id; another salt is another choice. Default
        /// `default-hash-seed`.
        hash_salt: String,
        /// How much is kept. Default 0.
        sampling_percentage: f64,
    }

    /// So many spans a second.
    RateLimitingBlock {
        /// Spans a second.
        spans_per_second: u64,
        /// Spans at once. 0 for what two seconds give. Default 0.
        burst_capacity: u64,
    }

    /// Traces of so many spans.
    SpanCountBlock {
        /// Spans, at least. Default 0.
        min_spans: u64,
        /// Spans, at most. 0 for no limit. Default 0.
        max_spans: u64,
    }

    /// A status that a span has.
    StatusCodeBlock {
        /// The codes: `OK`, `ERROR`, `UNSET`.
        status_codes: Vec<StatusCode>,
    }

    /// A text that has to be.
    StringAttributeBlock {
        /// The attribute, of a resource or span.
        key: String,
        /// The values; with `enabled_regex_matching`, patterns of what has to be in them.
        values: Vec<String>,
        /// Whether the values are patterns. Default false.
        enabled_regex_matching: bool,
        /// Values of which it is remembered whether they match. 0 for 128. Default 0.
        cache_max_size: usize,
        /// Whether a trace must not have it. Default false.
        invert_match: bool,
    }

    /// A member of `tracestate`.
    TraceStateBlock {
        /// The key of the member.
        key: String,
        /// Its values.
        values: Vec<String>,
    }
}

/// The status of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum StatusCode {
    /// Nothing is said.
    Unset,
    /// It went well.
    Ok,
    /// It failed.
    Error,
}
