//! What a user writes.

use std::path::{Path, PathBuf};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{BuildError, Invalid, Validate};
use crate::config::HumanDuration;
use crate::delivery::{DeliverySettings, QueueSettings};

/// How payloads are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// One line of OTLP/JSON per payload.
    #[default]
    Json,
    /// Four bytes of length, most significant first, and the export request in protobuf.
    Proto,
}

/// The configuration of `file`, with the Collector's keys and defaults.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// The file. Required.
    pub(crate) path: PathBuf,
    /// `json` or `proto`. Default json.
    pub(crate) format: Format,
    /// Whether to add to a file that exists rather than empty it at start. Default false.
    pub(crate) append: bool,
    /// Whether to create the file's directory. Default false.
    pub(crate) create_directory: bool,
    /// Without effect: every payload is written before it counts as sent. Default 1s.
    pub(crate) flush_interval: HumanDuration,
    /// When to begin a new file. Default never.
    pub(crate) rotation: Option<Rotation>,
}

/// The `rotation` block: the file is renamed when it is full, and a new one begun.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Rotation {
    /// The size at which a file is full, in MiB. Default 100.
    pub(crate) max_megabytes: u64,
    /// Renamed files that are kept; 0 for all. Default 100.
    pub(crate) max_backups: usize,
    /// Deletion by age. Not supported: must be 0.
    pub(crate) max_days: u64,
    /// Local time in the names of renamed files. Not supported: must be false.
    pub(crate) localtime: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            path: PathBuf::new(),
            format: Format::default(),
            append: false,
            create_directory: false,
            flush_interval: HumanDuration(Duration::from_secs(1)),
            rotation: None,
        }
    }
}

impl Default for Rotation {
    fn default() -> Self {
        Self {
            max_megabytes: 100,
            max_backups: 100,
            max_days: 0,
            localtime: false,
        }
    }
}

impl Config {
    /// The directory of the file.
    pub(super) fn directory(&self) -> &Path {
        match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        }
    }

    /// Says early that the file cannot be created; creating it is left to the first payload.
    pub(super) fn check_directory(&self) -> Result<(), BuildError> {
        let directory = self.directory();
        if self.create_directory || directory.is_dir() {
            return Ok(());
        }
        let message = format!(
            "the directory {} does not exist; create it, or set create_directory: true",
            directory.display()
        );
        Err(BuildError::new("path", message))
    }

    /// One write at a time, so that payloads keep their order.
    pub(super) fn settings(&self) -> DeliverySettings {
        DeliverySettings {
            queue: QueueSettings {
                num_consumers: 1,
                ..QueueSettings::default()
            },
            passes: self.format == Format::Proto,
            ..DeliverySettings::default()
        }
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let rotation = self.rotation.clone().unwrap_or_default();
        let wrong = [
            (
                self.path.as_os_str().is_empty(),
                "path",
                "is required: the file to write to",
            ),
            (
                rotation.max_megabytes == 0,
                "rotation.max_megabytes",
                "must be at least 1",
            ),
            (
                rotation.max_days > 0,
                "rotation.max_days",
                "deleting by age is not supported: use rotation.max_backups",
            ),
            (
                rotation.localtime,
                "rotation.localtime",
                "is not supported: renamed files carry UTC",
            ),
        ];
        wrong
            .into_iter()
            .filter(|(wrong, ..)| *wrong)
            .map(|(_, key, message)| Invalid::new(key, message))
            .collect()
    }
}
