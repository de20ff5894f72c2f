//! What a user writes.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{Invalid, Validate};
use crate::config::HumanDuration;

/// Configuration of the `file_storage` extension, with the Collector's keys.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// The directory; only one agent may use it. Default `/var/lib/otelcol/file_storage`.
    pub(crate) directory: String,
    /// Whether the directory is made unless it is there; without it, one that is not there is an
    /// error. Default false.
    pub(crate) create_directory: bool,
    /// Without effect: the directory is made for the agent's user alone. Default `0750`.
    pub(crate) directory_permissions: String,
    /// Without effect: nobody else has the directory. Default 1s.
    pub(crate) timeout: HumanDuration,
    /// Whether pipelines answer only when what they accepted has been synced to the disk, unless
    /// they say otherwise in `acknowledge`. Default false: when it has been written.
    pub(crate) fsync: bool,
    /// Without effect: what is broken is set aside in any case. Default false.
    pub(crate) recreate: bool,
    /// Without effect: the log consists of segments, which are removed when they are delivered.
    pub(crate) compaction: Compaction,
}

/// Without effect, each key of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Compaction {
    /// Without effect. Default none.
    pub(crate) directory: String,
    /// Without effect. Default false.
    pub(crate) on_start: bool,
    /// Without effect. Default false.
    pub(crate) on_rebound: bool,
    /// Without effect. Default 100.
    pub(crate) rebound_needed_threshold_mib: u64,
    /// Without effect. Default 10.
    pub(crate) rebound_trigger_threshold_mib: u64,
    /// Without effect. Default 65536.
    pub(crate) max_transaction_size: u64,
    /// Without effect. Default 5s.
    pub(crate) check_interval: HumanDuration,
    /// Without effect. Default false.
    pub(crate) cleanup_on_start: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            directory: "/var/lib/otelcol/file_storage".to_owned(),
            create_directory: false,
            directory_permissions: "0750".to_owned(),
            timeout: HumanDuration(Duration::from_secs(1)),
            fsync: false,
            recreate: false,
            compaction: Compaction::default(),
        }
    }
}

impl Default for Compaction {
    fn default() -> Self {
        Self {
            directory: String::new(),
            on_start: false,
            on_rebound: false,
            rebound_needed_threshold_mib: 100,
            rebound_trigger_threshold_mib: 10,
            max_transaction_size: 65_536,
            check_interval: HumanDuration(Duration::from_secs(5)),
            cleanup_on_start: false,
        }
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let mut wrong = Vec::new();
        if self.directory.is_empty() {
            wrong.push(Invalid::new("directory", "is empty"));
        }
        if u32::from_str_radix(&self.directory_permissions, 8).is_err() {
            let message = "is no mode; write one such as \"0750\"";
            wrong.push(Invalid::new("directory_permissions", message));
        }
        wrong
    }
}
