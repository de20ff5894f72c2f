//! What a user writes.

use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{Invalid, Validate};
use crate::config::{ByteSize, HumanDuration};
use crate::delivery::{DeliverySettings, QueueSettings, RetrySettings};
use crate::store::Settings;

/// The least that makes sense: below it, hardly one payload fits.
const MIN_BYTES: ByteSize = ByteSize(1 << 20);

/// Configuration of the `store` exporter.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where to keep spans, in a file `spans.db`; made if it is not there. Without it, spans are
    /// kept in memory and gone when the agent stops. Default none.
    pub directory: Option<PathBuf>,
    /// How many bytes to keep, 1MiB at least; the oldest traces leave first. Raise it to look back
    /// further; in memory this is memory. Default 256MiB.
    pub max_bytes: ByteSize,
    /// How long to keep a trace after its first span came. Default 24h.
    pub max_age: HumanDuration,
}

impl Default for Config {
    fn default() -> Self {
        let settings = Settings::default();
        Self {
            directory: settings.directory,
            max_bytes: ByteSize(settings.max_bytes),
            max_age: HumanDuration(settings.max_age),
        }
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let mut wrong = Vec::new();
        if self.max_bytes < MIN_BYTES {
            let message = format!("{} is too little to keep a trace", self.max_bytes);
            wrong.push(Invalid {
                help: Some(format!("write at least `{MIN_BYTES}`")),
                ..Invalid::new("max_bytes", message)
            });
        }
        if self.max_age.0.is_zero() {
            wrong.push(Invalid {
                help: Some("write how long, such as `24h`, or remove the exporter".to_owned()),
                ..Invalid::new("max_age", "nothing would be kept")
            });
        }
        if self
            .directory
            .as_ref()
            .is_some_and(|path| path.as_os_str().is_empty())
        {
            wrong.push(Invalid {
                help: Some(
                    "name a directory, or remove the key to keep spans in memory".to_owned(),
                ),
                ..Invalid::new("directory", "the path is empty")
            });
        }
        wrong
    }
}

impl Config {
    pub(super) fn settings(self) -> Settings {
        Settings {
            directory: self.directory,
            max_bytes: self.max_bytes.0,
            max_age: self.max_age.0,
        }
    }

    /// Many payloads may wait, because many services send one span at a time and what finds no room
    /// is lost; their bytes are bounded all the same.
    ///
    /// One attempt at a time, for there is one writer; no second attempt, for what a full disk
    /// refuses now it refuses later, and newer spans are worth more; no timeout, for a transaction
    /// cannot be left half way.
    pub(super) fn delivery() -> DeliverySettings {
        DeliverySettings {
            queue: QueueSettings {
                num_consumers: 1,
                queue_size: 16_384,
                ..QueueSettings::default()
            },
            retry: RetrySettings {
                enabled: false,
                ..RetrySettings::default()
            },
            shed: true,
            passes: false,
            timeout: Duration::ZERO,
        }
    }
}
