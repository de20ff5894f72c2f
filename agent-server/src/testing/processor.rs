//! Processors that batch, drop and refuse.

use std::sync::Arc;

use campanile_wire::otlp::Signal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{BuildError, Context, Factory, Processing, Processor, Refusal, Validate};
use crate::config::HumanDuration;
use crate::delivery::BatchSettings;
use crate::payload::Payload;

#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct BatchConfig {
    timeout: HumanDuration,
    send_batch_size: u64,
}

impl Default for BatchConfig {
    fn default() -> Self {
        Self {
            timeout: HumanDuration(std::time::Duration::from_millis(200)),
            send_batch_size: 8_192,
        }
    }
}

impl Validate for BatchConfig {}

pub(super) struct FakeBatch;

impl Factory for FakeBatch {
    const TYPE: &'static str = "batch";
    const ABOUT: &'static str = "sends in batches";
    const SIGNALS: &'static [Signal] = &Signal::ALL;
    type Config = BatchConfig;
    type Component = Processing;

    fn build(config: BatchConfig, _: Context) -> Result<Processing, BuildError> {
        Ok(Processing::Batch(BatchSettings {
            timeout: config.timeout.0,
            send_batch_size: config.send_batch_size,
            send_batch_max_size: 0,
        }))
    }
}

#[derive(Clone, Copy, Default, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Drop,
    #[default]
    Keep,
    Refuse,
}

#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct FilterConfig {
    verdict: Verdict,
}

impl Validate for FilterConfig {}

pub(super) struct FakeFilter(Verdict);

impl Factory for FakeFilter {
    const TYPE: &'static str = "filter";
    const ABOUT: &'static str = "drops or refuses everything";
    const SIGNALS: &'static [Signal] = &[Signal::Traces];
    type Config = FilterConfig;
    type Component = Processing;

    fn build(config: FilterConfig, _: Context) -> Result<Processing, BuildError> {
        Ok(Processing::Step(Arc::new(Self(config.verdict))))
    }
}

impl Processor for FakeFilter {
    fn process(&self, payload: Payload) -> Result<Option<Payload>, Refusal> {
        match self.0 {
            Verdict::Drop => Ok(None),
            Verdict::Keep => Ok(Some(payload)),
            Verdict::Refuse => Err(Refusal::Rejected("by the filter".to_owned())),
        }
    }
}
