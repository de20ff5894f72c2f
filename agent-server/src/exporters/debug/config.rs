//! What a user writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{Invalid, Validate};
use crate::delivery::{DeliverySettings, QueueSettings};

/// How much is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verbosity {
    /// Counts.
    #[default]
    Basic,
    /// Every field.
    Detailed,
    /// One line per span.
    Normal,
}

/// The configuration of `debug`, with the Collector's keys and defaults.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// `basic`, `normal` or `detailed`. Default basic.
    pub(crate) verbosity: Verbosity,
    /// Payloads of each second that are logged. Default 2.
    pub(crate) sampling_initial: u64,
    /// Of the payloads after those, every how manieth is logged; 0 for none. Default 1, which logs
    /// all.
    pub(crate) sampling_thereafter: u64,
    /// Whether the agent's log is written to. It always is: must be true.
    pub(crate) use_internal_logger: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            verbosity: Verbosity::Basic,
            sampling_initial: 2,
            sampling_thereafter: 1,
            use_internal_logger: true,
        }
    }
}

impl Config {
    /// One at a time, so that the log has them in order.
    pub(crate) fn settings(&self) -> DeliverySettings {
        DeliverySettings {
            queue: QueueSettings {
                num_consumers: 1,
                ..QueueSettings::default()
            },
            ..DeliverySettings::default()
        }
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        if self.use_internal_logger {
            return Vec::new();
        }
        let message = "writing anywhere but to the agent's log is not supported; for a file there \
                       is the exporter `file`";
        vec![Invalid::new("use_internal_logger", message)]
    }
}
