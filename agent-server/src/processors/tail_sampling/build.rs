//! From what a user wrote to policies.

use std::num::NonZeroUsize;

use regex::Regex;

use super::config::{
    BooleanAttributeBlock, BytesLimitingBlock, CompositeBlock, Config, Kind, LatencyBlock,
    NumericAttributeBlock, OttlConditionBlock, PolicyConfig, RateLimitingBlock, SpanCountBlock,
    StatusCode, StringAttributeBlock, TraceStateBlock,
};
use super::counters::PolicyCounters;
use super::policies::{Named, Policies};
use super::policy::{
    Attribute, Bucket, Composite, Ottl, Policy, Probabilistic, Share, TraceState, Values,
};
use crate::component::{BuildError, ComponentId, Context};
use crate::ottl::{self, Condition, Failures};

/// Results of patterns that are remembered, unless it is configured.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(128).expect("not zero");

/// The policies of a configuration that was checked.
pub(super) fn policies(config: &Config, context: &Context) -> Result<Policies, BuildError> {
    let policies = config.policies.iter().map(|one| {
        Ok(Named {
            policy: policy(one, &context.id)?,
            counters: PolicyCounters::new(&one.name, context),
        })
    });
    let policies = policies.collect::<Result<_, BuildError>>()?;
    Ok(Policies::new(policies, config.sample_on_first_match))
}

fn policy(config: &PolicyConfig, id: &ComponentId) -> Result<Policy, BuildError> {
    let built = match config.r#type {
        None => None,
        Some(Kind::AlwaysSample) => Some(Policy::Always),
        Some(Kind::And) => match &config.and {
            Some(block) => Some(Policy::And(all(&block.and_sub_policy, id)?)),
            None => None,
        },
        Some(Kind::BooleanAttribute) => config.boolean_attribute.as_ref().map(boolean),
        Some(Kind::BytesLimiting) => config.bytes_limiting.as_ref().map(bytes),
        Some(Kind::Composite) => {
            let block = config.composite.as_ref();
            block.map(|block| composite(block, id)).transpose()?
        }
        Some(Kind::Drop) => match &config.drop {
            Some(block) => Some(Policy::Drop(all(&block.drop_sub_policy, id)?)),
            None => None,
        },
        Some(Kind::Latency) => config.latency.as_ref().map(latency),
        Some(Kind::Not) => {
            let sub = config.not.as_ref();
            let sub = sub.and_then(|block| block.not_sub_policy.as_ref());
            let sub = sub.map(|sub| policy(sub, id)).transpose()?;
            sub.map(|sub| Policy::Not(Box::new(sub)))
        }
        Some(Kind::NumericAttribute) => config.numeric_attribute.as_ref().map(numeric),
        Some(Kind::OttlCondition) => {
            let block = config.ottl_condition.as_ref();
            block.map(|block| ottl(block, id)).transpose()?
        }
        Some(Kind::Probabilistic) => config.probabilistic.as_ref().map(|block| {
            let percentage = block.sampling_percentage;
            Policy::Probabilistic(Probabilistic::new(percentage, &block.hash_salt))
        }),
        Some(Kind::RateLimiting) => config.rate_limiting.as_ref().map(rate),
        Some(Kind::SpanCount) => config.span_count.as_ref().map(span_count),
        Some(Kind::StatusCode) => {
            let codes = config.status_code.as_ref();
            codes.map(|block| status(&block.status_codes))
        }
        Some(Kind::StringAttribute) => {
            let block = config.string_attribute.as_ref();
            block.map(string).transpose()?
        }
        Some(Kind::TraceFlags) => Some(Policy::Flags),
        Some(Kind::TraceState) => config.trace_state.as_ref().map(trace_state),
    };
    built.ok_or_else(|| {
        let message = format!("the policy `{}` has not what its type needs", config.name);
        BuildError::new("policies", message)
    })
}

fn all(policies: &[PolicyConfig], id: &ComponentId) -> Result<Vec<Policy>, BuildError> {
    policies.iter().map(|one| policy(one, id)).collect()
}

fn ottl(block: &OttlConditionBlock, id: &ComponentId) -> Result<Policy, BuildError> {
    let parse = |context, texts: &[String]| {
        let conditions = texts.iter().map(|text| Condition::parse(context, text));
        let conditions = conditions.collect::<Result<Vec<_>, _>>();
        conditions.map_err(|error| BuildError::new("policies", error.to_string()))
    };
    Ok(Policy::Ottl(Ottl {
        spans: parse(ottl::Context::Span, &block.span)?,
        events: parse(ottl::Context::SpanEvent, &block.spanevent)?,
        error_mode: block.error_mode,
        failures: Failures::new(id.clone()),
    }))
}

fn boolean(block: &BooleanAttributeBlock) -> Policy {
    let values = Values::Bool(block.value);
    attribute(&block.key, values, block.invert_match)
}

fn numeric(block: &NumericAttributeBlock) -> Policy {
    let values = Values::Numbers(block.min_value, block.max_value);
    attribute(&block.key, values, block.invert_match)
}

fn string(block: &StringAttributeBlock) -> Result<Policy, BuildError> {
    let values = if block.enabled_regex_matching {
        let patterns = block.values.iter().map(|value| Regex::new(value));
        let patterns = patterns.collect::<Result<_, _>>();
        let patterns = patterns
            .map_err(|error: regex::Error| BuildError::new("policies", error.to_string()))?;
        let remembered = NonZeroUsize::new(block.cache_max_size).unwrap_or(REMEMBERED);
        Values::patterns(patterns, remembered)
    } else {
        Values::texts(&block.values)
    };
    Ok(attribute(&block.key, values, block.invert_match))
}

fn attribute(key: &str, values: Values, inverted: bool) -> Policy {
    let key = key.to_owned();
    let attribute = Attribute { key, values };
    if inverted {
        Policy::Without(attribute)
    } else {
        Policy::Attribute(attribute)
    }
}

fn bytes(block: &BytesLimitingBlock) -> Policy {
    Policy::Bytes(bucket(block.bytes_per_second, block.burst_capacity))
}

fn rate(block: &RateLimitingBlock) -> Policy {
    Policy::Rate(bucket(block.spans_per_second, block.burst_capacity))
}

/// Holds what two seconds give, unless it is configured.
fn bucket(per_second: u64, capacity: u64) -> Bucket {
    match capacity {
        0 => Bucket::new(per_second, per_second.saturating_mul(2)),
        capacity => Bucket::new(per_second, capacity),
    }
}

fn latency(block: &LatencyBlock) -> Policy {
    let most = Some(block.upper_threshold_ms).filter(|most| *most > 0);
    Policy::Latency(block.threshold_ms, most)
}

fn span_count(block: &SpanCountBlock) -> Policy {
    let most = Some(block.max_spans).filter(|most| *most > 0);
    Policy::SpanCount(block.min_spans, most)
}

fn status(codes: &[StatusCode]) -> Policy {
    let bits = codes.iter().map(|code| match code {
        StatusCode::Unset => 1,
        StatusCode::Ok => 1 << 1,
        StatusCode::Error => 1 << 2,
    });
    Policy::Status(bits.fold(0, |all, bit| all | bit))
}

fn trace_state(block: &TraceStateBlock) -> Policy {
    let values = block.values.iter().filter(|value| !value.is_empty());
    Policy::TraceState(TraceState {
        key: block.key.clone(),
        values: values.cloned().collect(),
    })
}

/// Every part holds what one second gives, as does the total.
fn composite(block: &CompositeBlock, id: &ComponentId) -> Result<Policy, BuildError> {
    let total = block.max_total_spans_per_second;
    let equal = total / (block.composite_sub_policy.len() as u64).max(1);
    let place = |name: &str| {
        let mut order = block.policy_order.iter();
        order.position(|named| named == name).unwrap_or(usize::MAX)
    };
    let mut subs: Vec<_> = block.composite_sub_policy.iter().collect();
    subs.sort_by_key(|sub| place(&sub.name));
    let shares = subs.into_iter().map(|sub| {
        let mut parts = block.rate_allocation.iter();
        let part = parts.find(|part| part.policy == sub.name);
        let rate = part.map(|part| match part.percent {
            0 => equal,
            percent => total.saturating_mul(percent) / 100,
        });
        Ok(Share {
            policy: policy(sub, id)?,
            bucket: rate.map(|rate| Bucket::new(rate, rate)),
        })
    });
    Ok(Policy::Composite(Composite {
        total: Bucket::new(total, total),
        shares: shares.collect::<Result<_, BuildError>>()?,
    }))
}
