//! What a user writes.

mod blocks;
mod check;
mod policy;

use std::num::NonZeroUsize;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(super) use self::blocks::{
    BooleanAttributeBlock, BytesLimitingBlock, CompositeBlock, LatencyBlock, NumericAttributeBlock,
    OttlConditionBlock, RateLimitingBlock, SpanCountBlock, StatusCode, StringAttributeBlock,
    TraceStateBlock,
};
pub(super) use self::policy::{Kind, PolicyConfig};
use super::sampler::Settings;
use crate::config::{ByteSize, HumanDuration};
use crate::receivers::Unsupported;

/// What is remembered of traces after the decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct DecisionCache {
    /// Traces that are remembered as kept, so that their late spans are kept. 0 for as many as
    /// `num_traces`. Default 0.
    pub(crate) sampled_cache_size: usize,
    /// Traces that are remembered as not kept. 0 for as many as `num_traces`. Default 0.
    pub(crate) non_sampled_cache_size: usize,
}

/// The configuration of `tail_sampling`, with the Collector's keys and defaults.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// From the first span of a trace to the decision on it. Default 30s.
    pub(crate) decision_wait: HumanDuration,
    /// From the root span of a trace to the decision on it, if that is sooner. 0 leaves it to
    /// `decide_on_root`. Default 0s.
    pub(crate) decision_wait_after_root_received: HumanDuration,
    /// The same, where `decision_wait_after_root_received` is 0: the root of a trace is the last
    /// of its spans to end, nearly always. 0 waits for `decision_wait` in any case, as the
    /// Collector does. Not in the Collector. Default 5s.
    pub(crate) decide_on_root: HumanDuration,
    /// Traces that wait for a decision, at most. Default 50000.
    pub(crate) num_traces: usize,
    /// Bytes of the payloads that wait for a decision, at most. Not in the Collector. Default
    /// 256MiB.
    pub(crate) max_bytes: ByteSize,
    /// Without effect: what is needed is allocated as it is needed. Default 0.
    pub(crate) expected_new_traces_per_sec: u64,
    /// Whether the first policy that is for a trace ends the asking. Default false.
    pub(crate) sample_on_first_match: bool,
    /// Whether new traces wait when there is no room for them, and senders with them, instead of
    /// the oldest being decided on early. Default false.
    pub(crate) block_on_overflow: bool,
    /// Whether traces that wait when the agent stops are dropped, instead of being decided on with
    /// what there is of them. Default false.
    pub(crate) drop_pending_traces_on_shutdown: bool,
    /// Bytes of spans above which a trace is dropped at once. 0 for no limit. Default 0.
    pub(crate) maximum_trace_size_bytes: u64,
    /// What is remembered of traces after the decision, for spans that come late.
    pub(crate) decision_cache: DecisionCache,
    /// What decides, at least one. Required.
    pub(crate) policies: Vec<PolicyConfig>,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub(crate) num_shards: Unsupported,
    /// Refused: not supported yet; traces are decided on when they are complete.
    #[serde(skip_serializing)]
    pub(crate) sampling_strategy: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub(crate) tail_storage: Unsupported,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            decision_wait: HumanDuration(Duration::from_secs(30)),
            decision_wait_after_root_received: HumanDuration::default(),
            decide_on_root: HumanDuration(Duration::from_secs(5)),
            num_traces: 50_000,
            max_bytes: ByteSize(256 << 20),
            expected_new_traces_per_sec: 0,
            sample_on_first_match: false,
            block_on_overflow: false,
            drop_pending_traces_on_shutdown: false,
            maximum_trace_size_bytes: 0,
            decision_cache: DecisionCache::default(),
            policies: Vec::new(),
            num_shards: Unsupported::default(),
            sampling_strategy: Unsupported::default(),
            tail_storage: Unsupported::default(),
        }
    }
}

impl Config {
    /// What the sampler is told.
    pub(super) fn settings(&self) -> Settings {
        let after_root = self.decision_wait_after_root_received.0;
        let root_wait = if after_root.is_zero() {
            self.decide_on_root.0
        } else {
            after_root
        };
        let size = |size: usize| NonZeroUsize::new(size).map_or(self.num_traces, Into::into);
        let DecisionCache {
            sampled_cache_size,
            non_sampled_cache_size,
        } = self.decision_cache;
        Settings {
            wait: self.decision_wait.0,
            root_wait: Some(root_wait).filter(|wait| !wait.is_zero()),
            max_traces: self.num_traces,
            max_bytes: self.max_bytes.0,
            blocks: self.block_on_overflow,
            drops_pending: self.drop_pending_traces_on_shutdown,
            max_trace_bytes: Some(self.maximum_trace_size_bytes).filter(|bytes| *bytes > 0),
            remembered: (size(sampled_cache_size), size(non_sampled_cache_size)),
        }
    }
}
