//! `service.data`: where the agent keeps what it has accepted, and `acknowledge`: when that is.
//!
//! ```yaml
//! service:
//!   data: {directory: /var/lib/campanile, max_bytes: 1GiB, max_age: 24h}
//!   pipelines:
//!     traces: {receivers: [otlp], exporters: [otlp], acknowledge: synced}
//! ```

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ByteSize, HumanDuration};
use crate::component::{Invalid, deserialize};
use crate::delivery::log::Durability;

/// Where the agent keeps what it has accepted and not delivered.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Data {
    /// The directory, which is made unless it is there; only one agent may use it. Default none:
    /// everything is in memory.
    pub directory: Option<PathBuf>,
    /// Bytes that the log of one pipeline may hold; what does not fit is refused to its sender.
    /// Default 1GiB.
    pub max_bytes: ByteSize,
    /// How long what is not delivered is kept; then it is given up, and counted. Default 24h.
    pub max_age: HumanDuration,
    /// Bytes of what destinations have refused for good, which is kept as dead letters. Default
    /// 64MiB.
    pub dead_letters_max_bytes: ByteSize,
    /// Whether pipelines answer when what they accepted is synced, unless they say otherwise.
    #[serde(skip)]
    pub(super) synced: bool,
}

impl Default for Data {
    fn default() -> Self {
        Self {
            directory: None,
            max_bytes: ByteSize(1 << 30),
            max_age: HumanDuration(Duration::from_secs(24 * 60 * 60)),
            dead_letters_max_bytes: ByteSize(64 << 20),
            synced: false,
        }
    }
}

/// The least that a log may hold: a few of the largest requests.
const LEAST_BYTES: u64 = 1 << 20;

impl Data {
    /// Reads and checks the block.
    pub(super) fn parse(value: &Value) -> Result<Self, Vec<Invalid>> {
        let data: Self = match value {
            Value::Null => Self::default(),
            value => deserialize(value).map_err(|wrong| vec![wrong])?,
        };
        let mut wrong = Vec::new();
        if data.max_bytes.0 < LEAST_BYTES {
            wrong.push(Invalid::new("max_bytes", "must be at least 1MiB"));
        }
        if data.max_age.0.is_zero() {
            wrong.push(Invalid::new("max_age", "must be longer than 0s"));
        }
        if data
            .directory
            .as_ref()
            .is_some_and(|path| path.as_os_str().is_empty())
        {
            wrong.push(Invalid::new("directory", "is empty"));
        }
        if wrong.is_empty() {
            Ok(data)
        } else {
            Err(wrong)
        }
    }
}

/// When a pipeline tells a sender that its payload is accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Acknowledge {
    /// When it is in memory: it survives nothing.
    #[default]
    Memory,
    /// When it has been synced to the disk: it survives a loss of power.
    Synced,
    /// When it has been written to the file system: it survives the end of the process, however
    /// that comes.
    Written,
}

impl Acknowledge {
    /// Every level, from weak to strong.
    pub const NAMES: [&'static str; 3] = ["memory", "written", "synced"];

    /// What the log of such a pipeline promises; nothing without a log.
    #[must_use]
    pub const fn durability(self) -> Option<Durability> {
        match self {
            Self::Memory => None,
            Self::Synced => Some(Durability::Synced),
            Self::Written => Some(Durability::Written),
        }
    }
}

impl fmt::Display for Acknowledge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Memory => "memory",
            Self::Synced => "synced",
            Self::Written => "written",
        })
    }
}
