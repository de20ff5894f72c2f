//! Policies: what each says of a trace. Pure functions of the trace and the time, and of what they
//! have said before.

mod attribute;
mod bucket;
mod composite;
mod ottl;
mod probabilistic;
mod state;

use tokio::time::Instant;

pub(super) use self::attribute::{Attribute, Values};
pub(super) use self::bucket::Bucket;
pub(super) use self::composite::{Composite, Share};
pub(super) use self::ottl::Ottl;
pub(super) use self::probabilistic::Probabilistic;
pub(super) use self::state::TraceState;
use super::evidence::Evidence;

/// What a policy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// The trace goes, whatever others say.
    Dropped,
    /// A condition cannot be evaluated on it.
    Failed,
    /// It may stay, because what it must not have is not in it.
    InvertSampled,
    /// It goes, because what it must not have is in it.
    InvertNotSampled,
    /// Nothing for it.
    NotSampled,
    /// It stays.
    Sampled,
}

impl Decision {
    /// What a condition says that is met, or not.
    fn of(met: bool) -> Self {
        if met { Self::Sampled } else { Self::NotSampled }
    }

    /// Whether it is for the trace, as it counts inside another policy.
    fn is_for(self) -> Result<bool, Failed> {
        match self {
            Self::Failed => Err(Failed),
            Self::InvertSampled | Self::Sampled => Ok(true),
            Self::Dropped | Self::InvertNotSampled | Self::NotSampled => Ok(false),
        }
    }
}

/// A condition inside cannot be evaluated on the trace.
#[derive(Clone, Copy, Debug)]
struct Failed;

/// A policy, with what it remembers.
#[derive(Debug)]
pub(super) enum Policy {
    /// Everything.
    Always,
    /// What all of these are for.
    And(Vec<Self>),
    /// Traces with an attribute.
    Attribute(Attribute),
    /// So many bytes a second.
    Bytes(Bucket),
    /// So many spans a second, divided among policies.
    Composite(Composite),
    /// Not what all of these are for.
    Drop(Vec<Self>),
    /// Traces with the W3C flag `sampled`.
    Flags,
    /// Traces that take so many milliseconds: at least, or more than and at most.
    Latency(u64, Option<u64>),
    /// What this is not for.
    Not(Box<Self>),
    /// Conditions.
    Ottl(Ottl),
    /// A percentage.
    Probabilistic(Probabilistic),
    /// So many spans a second.
    Rate(Bucket),
    /// So many spans, at least and at most.
    SpanCount(u64, Option<u64>),
    /// Traces with one of these status codes, each as the bit of its number.
    Status(u8),
    /// Traces with a member of `tracestate`.
    TraceState(TraceState),
    /// Traces without an attribute.
    Without(Attribute),
}

impl Policy {
    /// What it says of a trace.
    pub(super) fn evaluate(&mut self, trace: &Evidence<'_>, now: Instant) -> Decision {
        self.combined(trace, now).unwrap_or(Decision::Failed)
    }

    /// Whether it is for the trace, as it counts inside another policy.
    fn is_for(&mut self, trace: &Evidence<'_>, now: Instant) -> Result<bool, Failed> {
        self.evaluate(trace, now).is_for()
    }

    /// What it says, where it is made of others.
    fn combined(&mut self, trace: &Evidence<'_>, now: Instant) -> Result<Decision, Failed> {
        Ok(match self {
            Self::And(all) => Decision::of(are_for(all, trace, now)?),
            Self::Composite(composite) => Decision::of(composite.is_for(trace, now)?),
            Self::Drop(all) => match are_for(all, trace, now)? {
                true => Decision::Dropped,
                false => Decision::NotSampled,
            },
            Self::Not(one) => Decision::of(!one.is_for(trace, now)?),
            _ => self.single(trace, now),
        })
    }

    /// What it says, where it is not made of others.
    fn single(&mut self, trace: &Evidence<'_>, now: Instant) -> Decision {
        let summary = trace.summary;
        Decision::of(match self {
            Self::Always => true,
            Self::Attribute(attribute) => attribute.is_in(trace),
            Self::Bytes(bucket) => takes(bucket, summary.bytes, now),
            Self::Flags => summary.sampled,
            Self::Latency(least, None) => summary.milliseconds() >= *least,
            Self::Latency(above, Some(most)) => {
                let took = summary.milliseconds();
                took > *above && took <= *most
            }
            Self::Ottl(ottl) => return ottl.decide(trace),
            Self::Probabilistic(probabilistic) => probabilistic.keeps(trace.id),
            Self::Rate(bucket) => takes(bucket, summary.spans, now),
            Self::SpanCount(least, most) => {
                summary.spans >= *least && most.is_none_or(|most| summary.spans <= most)
            }
            Self::Status(codes) => summary.codes & *codes != 0,
            Self::TraceState(state) => state.is_in(trace),
            Self::Without(attribute) => {
                return match attribute.is_in(trace) {
                    true => Decision::InvertNotSampled,
                    false => Decision::InvertSampled,
                };
            }
            Self::And(_) | Self::Composite(_) | Self::Drop(_) | Self::Not(_) => false,
        })
    }
}

/// Whether all are for the trace; those behind one that is not are not asked.
fn are_for(all: &mut [Policy], trace: &Evidence<'_>, now: Instant) -> Result<bool, Failed> {
    for one in all {
        if !one.is_for(trace, now)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Takes tokens, if there are enough.
fn takes(bucket: &mut Bucket, tokens: u64, now: Instant) -> bool {
    let enough = bucket.has(tokens, now);
    if enough {
        bucket.take(tokens);
    }
    enough
}
