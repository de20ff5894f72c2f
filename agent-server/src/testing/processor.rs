//! Processors that batch, drop and refuse.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use campanile_wire::otlp::Signal;
use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::Stage;
use crate::component::{
    BuildError, Consumer, Context, Delivery, ExportError, Exported, Exporter, Factory, Hold,
    Processing, Processor, Refusal, Validate,
};
use crate::config::HumanDuration;
use crate::delivery::{BatchSettings, DeliverySettings};
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

#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct HoldConfig {
    stage: String,
}

impl Validate for HoldConfig {}

/// Keeps everything until nothing more comes. Every other payload is sampled out.
pub(super) struct FakeHold(HoldConfig);

impl Factory for FakeHold {
    const TYPE: &'static str = "hold";
    const ABOUT: &'static str = "keeps everything until the end";
    const SIGNALS: &'static [Signal] = &[Signal::Traces];
    type Config = HoldConfig;
    type Component = Processing;

    fn build(config: HoldConfig, _: Context) -> Result<Processing, BuildError> {
        Ok(Processing::Hold(Box::new(Self(config))))
    }
}

impl Hold for FakeHold {
    fn over(self: Box<Self>, next: Arc<dyn Consumer>) -> Delivery {
        let exporter = Holding {
            next,
            stage: Stage::named(&self.0.stage),
            decided: Semaphore::new(0),
            seen: AtomicUsize::new(0),
        };
        Delivery {
            exporter: Arc::new(exporter),
            settings: DeliverySettings::default(),
        }
    }
}

struct Holding {
    next: Arc<dyn Consumer>,
    stage: Arc<Stage>,
    decided: Semaphore,
    seen: AtomicUsize,
}

impl Exporter for Holding {
    fn export(&self, payload: Payload) -> BoxFuture<'_, Result<Exported, ExportError>> {
        Box::pin(async move {
            self.stage.tell("hold keeps a payload".to_owned());
            drop(self.decided.acquire().await);
            let mut exported = Exported::default();
            if self.seen.fetch_add(1, Ordering::Relaxed) % 2 == 1 {
                exported.sampled_out = payload.items();
            } else {
                let taken = self.next.consume(payload).await;
                taken.expect("there is room");
            }
            Ok(exported)
        })
    }

    fn drain(&self) {
        self.decided.add_permits(1_000);
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
