//! What a user writes.

use std::path::{Path, PathBuf};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{BuildError, Invalid, Validate};
use crate::config::HumanDuration;
use crate::delivery::{DeliverySettings, QueueSettings};

/// How messages are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Compression {
    /// As they are.
    #[default]
    #[serde(alias = "")]
    None,
    /// Each as a Zstandard frame of its own.
    Zstd,
}

/// How payloads are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// One line of OTLP/JSON per payload; compressed, with its length before it.
    #[default]
    Json,
    /// Four bytes of length, most significant first, and the export request in protobuf.
    Proto,
}

/// The configuration of `file`, with the Collector's keys and defaults.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// The file; with `group_by`, a `*` in it stands for the group. Required.
    pub(crate) path: PathBuf,
    /// How payloads are written: as JSON or as protobuf. Default json.
    pub(crate) format: Format,
    /// How each payload is compressed; whatever the format, four bytes of length are then before
    /// it. Default none.
    pub(crate) compression: Compression,
    /// Whether to add to a file that exists rather than empty it at start. Default false.
    pub(crate) append: bool,
    /// Whether to create the file's directory. Default false.
    pub(crate) create_directory: bool,
    /// Without effect: every payload is written before it counts as sent. Default 1s.
    pub(crate) flush_interval: HumanDuration,
    /// When to begin a new file. Default never.
    pub(crate) rotation: Option<Rotation>,
    /// A file for each value of a resource attribute.
    pub(crate) group_by: GroupBy,
}

/// The `rotation` block: the file is renamed when it is full, and a new one begun.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Rotation {
    /// The size at which a file is full, in MiB. Default 100.
    pub(crate) max_megabytes: u64,
    /// Renamed files that are kept; 0 for all. Default 100.
    pub(crate) max_backups: usize,
    /// Days for which renamed files are kept; 0 for ever. Default 0.
    pub(crate) max_days: u32,
    /// Whether the names of renamed files carry local time rather than UTC. Default false.
    pub(crate) localtime: bool,
}

/// The `group_by` block: resources with the same value of an attribute share a file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct GroupBy {
    /// Whether there are groups at all. Default false.
    pub(crate) enabled: bool,
    /// The resource attribute whose value takes the place of `*` in the path; `MISSING` for
    /// resources without it. Default `fileexporter.path_segment`.
    pub(crate) resource_attribute: String,
    /// Files that are open at once. Default 100.
    pub(crate) max_open_files: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            path: PathBuf::new(),
            format: Format::default(),
            compression: Compression::default(),
            append: false,
            create_directory: false,
            flush_interval: HumanDuration(Duration::from_secs(1)),
            rotation: None,
            group_by: GroupBy::default(),
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

impl Default for GroupBy {
    fn default() -> Self {
        Self {
            enabled: false,
            resource_attribute: "fileexporter.path_segment".to_owned(),
            max_open_files: 100,
        }
    }
}

impl Config {
    /// Whether every record has its length before it, rather than a line break after it.
    pub(super) fn is_prefixed(&self) -> bool {
        self.format == Format::Proto || self.compression != Compression::None
    }

    /// Says early that the file cannot be created; creating it is left to the first payload.
    pub(super) fn check_directory(&self) -> Result<(), BuildError> {
        let directory = directory(&self.path);
        if self.create_directory || self.group_by.enabled || directory.is_dir() {
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
            passes: self.format == Format::Proto && !self.group_by.enabled,
            ..DeliverySettings::default()
        }
    }

    /// The parts of the path before and after the `*` of a group.
    pub(super) fn around_group(&self) -> (String, String) {
        let path = self.path.to_string_lossy();
        let (before, after) = path.split_once('*').unwrap_or((&path, ""));
        (before.to_owned(), after.to_owned())
    }

    fn wrong_group(&self) -> Vec<(bool, &'static str, &'static str)> {
        let GroupBy {
            enabled,
            resource_attribute,
            max_open_files,
        } = &self.group_by;
        if !enabled {
            return Vec::new();
        }
        let path = self.path.to_string_lossy();
        vec![
            (
                path.matches('*').count() != 1,
                "path",
                "must have one `*`, where the group stands",
            ),
            (
                path.starts_with('*'),
                "path",
                "must not begin with `*`: name a directory before it",
            ),
            (
                self.rotation.is_some(),
                "rotation",
                "is not supported together with group_by",
            ),
            (
                resource_attribute.is_empty(),
                "group_by.resource_attribute",
                "is required: the resource attribute to group by",
            ),
            (
                *max_open_files == 0,
                "group_by.max_open_files",
                "must be at least 1",
            ),
        ]
    }
}

/// The directory of a file.
pub(super) fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let rotation = self.rotation.clone().unwrap_or_default();
        let mut wrong = vec![
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
        ];
        if !self.path.as_os_str().is_empty() {
            wrong.extend(self.wrong_group());
        }
        wrong
            .into_iter()
            .filter(|(wrong, ..)| *wrong)
            .map(|(_, key, message)| Invalid::new(key, message))
            .collect()
    }
}
