//! What a user writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::output::Output;
use crate::component::{Invalid, Validate};
use crate::delivery::{DeliverySettings, QueueSettings};

/// How much is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verbosity {
    /// Counts.
    #[default]
    Basic,
    /// Every field.
    Detailed,
    /// One line per span, data point or log record.
    Normal,
}

/// A stream of the agent's process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Stream {
    /// Where the agent's log goes too.
    Stderr,
    /// Where nothing else goes while the agent runs.
    Stdout,
}

/// The configuration of `debug`, with the Collector's keys and defaults.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// How much is written of each payload. Default basic.
    pub(crate) verbosity: Verbosity,
    /// Payloads of each second that are written. Default 2.
    pub(crate) sampling_initial: u64,
    /// Of the payloads after those, every how manieth is written; 0 for none. Default 1, which writes
    /// all.
    pub(crate) sampling_thereafter: u64,
    /// Whether to write to the agent's log rather than to `output_paths`. Default true.
    pub(crate) use_internal_logger: bool,
    /// The streams to write to without `use_internal_logger`. Default stdout.
    pub(crate) output_paths: Vec<Stream>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            verbosity: Verbosity::Basic,
            sampling_initial: 2,
            sampling_thereafter: 1,
            use_internal_logger: true,
            output_paths: vec![Stream::Stdout],
        }
    }
}

impl Config {
    /// Where to write.
    pub(super) fn output(&self) -> Output {
        if self.use_internal_logger {
            Output::Log
        } else {
            Output::Streams(self.output_paths.clone())
        }
    }

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
        if self.use_internal_logger || !self.output_paths.is_empty() {
            return Vec::new();
        }
        vec![Invalid {
            help: Some("output_paths: [stdout]".to_owned()),
            ..Invalid::new("output_paths", "names no stream to write to")
        }]
    }
}
