//! The `keepalive` block of exporters over gRPC.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::Invalid;
use crate::config::HumanDuration;

/// How it is found out that a destination is gone, with the Collector's keys.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Keepalive {
    /// How often to ask whether it is there. Servers may take offence at less than 5m. Default 10s.
    pub(crate) time: HumanDuration,
    /// How long it may take to say so. Default 10s.
    pub(crate) timeout: HumanDuration,
    /// Whether to ask while nothing is sent. Default false.
    pub(crate) permit_without_stream: bool,
}

impl Default for Keepalive {
    fn default() -> Self {
        Self {
            time: HumanDuration(Duration::from_secs(10)),
            timeout: HumanDuration(Duration::from_secs(10)),
            permit_without_stream: false,
        }
    }
}

impl Keepalive {
    /// Everything wrong with the block, with keys below `keepalive`.
    pub(crate) fn validate(&self) -> Vec<Invalid> {
        let values = [("time", self.time), ("timeout", self.timeout)];
        let short = values.into_iter();
        let short = short.filter(|(_, value)| value.0 < Duration::from_secs(1));
        short
            .map(|(key, value)| {
                let message = format!("`{value}` is less than a second");
                Invalid::new(format!("keepalive.{key}"), message)
            })
            .collect()
    }
}
