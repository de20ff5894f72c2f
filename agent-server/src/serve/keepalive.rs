//! The `keepalive` block of gRPC listeners.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Settings;
use crate::component::Invalid;
use crate::config::HumanDuration;
use crate::receivers::{Unsupported, refuse};

/// How long connections last, and how it is found out that a peer is gone, with the Collector's
/// keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Keepalive {
    /// What the agent does.
    pub server_parameters: ServerParameters,
    /// Refused: how often a client may ping cannot be set. Pings are answered one at a time, and
    /// never pile up.
    #[serde(skip_serializing)]
    pub enforcement_policy: Unsupported,
}

/// What the agent does about connections that last.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerParameters {
    /// How long a connection may be without a request before it is closed. Default 0: for ever.
    pub max_connection_idle: HumanDuration,
    /// How old a connection may be before it is closed, give or take a tenth; set it where a load
    /// balancer is to spread clients again. Default 0: as old as it likes.
    pub max_connection_age: HumanDuration,
    /// How long requests may go on after that. Default 0: until they are answered.
    pub max_connection_age_grace: HumanDuration,
    /// How often a client is asked whether it is there. Default 20s; the Collector: 2h.
    pub time: HumanDuration,
    /// How long it may take to say so before the connection is closed. Default 10s; the Collector:
    /// 20s.
    pub timeout: HumanDuration,
}

impl Default for ServerParameters {
    fn default() -> Self {
        let settings = Settings::default();
        Self {
            max_connection_idle: HumanDuration::default(),
            max_connection_age: HumanDuration::default(),
            max_connection_age_grace: HumanDuration::default(),
            time: HumanDuration(settings.ping_interval),
            timeout: HumanDuration(settings.ping_timeout),
        }
    }
}

impl Keepalive {
    /// Everything wrong with the block, with keys below `prefix`, which ends with a dot.
    #[must_use]
    pub fn validate(&self, prefix: &str) -> Vec<Invalid> {
        let keys = [("enforcement_policy", self.enforcement_policy)];
        let mut wrong = refuse(&format!("{prefix}keepalive."), &keys);
        let parameters = &self.server_parameters;
        for (key, value) in [("time", parameters.time), ("timeout", parameters.timeout)] {
            if value.0 < Duration::from_secs(1) {
                let key = format!("{prefix}keepalive.server_parameters.{key}");
                wrong.push(Invalid::new(
                    key,
                    format!("`{value}` is less than a second"),
                ));
            }
        }
        wrong
    }

    /// The settings of a listener with this block.
    #[must_use]
    pub fn apply(&self, settings: Settings) -> Settings {
        let parameters = &self.server_parameters;
        Settings {
            idle_http2: unless_zero(parameters.max_connection_idle),
            max_age: unless_zero(parameters.max_connection_age),
            max_age_grace: unless_zero(parameters.max_connection_age_grace),
            ping_interval: parameters.time.0,
            ping_timeout: parameters.timeout.0,
            ..settings
        }
    }
}

/// A limit; 0 is none.
pub(crate) fn unless_zero(duration: HumanDuration) -> Option<Duration> {
    (!duration.0.is_zero()).then_some(duration.0)
}
