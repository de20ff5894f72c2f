//! What a user writes.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{Invalid, Validate};
use crate::config::HumanDuration;
use crate::delivery::BatchSettings;

/// The configuration of `batch`, with the Collector's keys and defaults.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// How long a payload waits for company. 0 sends at once. Default 200ms.
    pub(crate) timeout: HumanDuration,
    /// Spans, data points or log records after which a batch is sent without waiting longer.
    /// 0 sends every payload at once. Default 8192.
    pub(crate) send_batch_size: u64,
    /// The most that one batch may hold: larger ones are split, for destinations that limit the
    /// size of a request. 0 for no limit. Default 0.
    pub(crate) send_batch_max_size: u64,
    /// Batching by the sender's metadata. Not supported: must be empty.
    #[schemars(extend("x-unsupported" = true))]
    pub(crate) metadata_keys: Vec<String>,
    /// The bound that goes with `metadata_keys`; without effect. Default 1000.
    #[schemars(extend("x-unsupported" = true))]
    pub(crate) metadata_cardinality_limit: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            timeout: HumanDuration(Duration::from_millis(200)),
            send_batch_size: 8_192,
            send_batch_max_size: 0,
            metadata_keys: Vec::new(),
            metadata_cardinality_limit: 1_000,
        }
    }
}

impl Config {
    /// What the lanes are told.
    pub(crate) fn settings(&self) -> BatchSettings {
        BatchSettings {
            timeout: self.timeout.0,
            send_batch_size: self.send_batch_size,
            send_batch_max_size: self.send_batch_max_size,
        }
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let mut wrong = Vec::new();
        if self.send_batch_max_size > 0 && self.send_batch_max_size < self.send_batch_size {
            let mut invalid = Invalid::new(
                "send_batch_max_size",
                format!(
                    "{} is less than send_batch_size, {}",
                    self.send_batch_max_size, self.send_batch_size
                ),
            );
            invalid.help = Some(format!("send_batch_size: {}", self.send_batch_max_size));
            wrong.push(invalid);
        }
        if !self.metadata_keys.is_empty() {
            wrong.push(Invalid::new(
                "metadata_keys",
                "batching by metadata is not supported: remove the key; batches then hold what \
                 any sender sent",
            ));
        }
        wrong
    }
}
