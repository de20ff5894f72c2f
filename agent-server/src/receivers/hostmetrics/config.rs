//! What a user writes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::filter::{Devices, FsTypes, Interfaces, MountPoints, ProcessNames};
use crate::config::HumanDuration;
use crate::receivers::unsupported::Unsupported;

/// The `hostmetrics` receiver's configuration. Keys and meaning are the Collector's, as far as they
/// are supported; those that are not are refused by name.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// How often to read, at least 1s. Default 1m.
    pub(crate) collection_interval: HumanDuration,
    /// How long to wait before the first reading. Default 1s.
    pub(crate) initial_delay: HumanDuration,
    /// Where the root directory of the machine is, for an agent in a container that has it mounted,
    /// such as `/hostfs`. Linux only. Default none: `/`.
    pub(crate) root_path: Option<PathBuf>,
    /// What to read: each scraper that is named is on, without a value with its defaults. Default
    /// none; name at least one.
    pub(crate) scrapers: Scrapers,
    /// Refused: the host is no entity here.
    #[serde(skip_serializing)]
    pub(crate) metadata_collection_interval: Unsupported,
    /// Refused: a reading cannot be broken off.
    #[serde(skip_serializing)]
    pub(crate) timeout: Unsupported,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            collection_interval: HumanDuration(Duration::from_secs(60)),
            initial_delay: HumanDuration(Duration::from_secs(1)),
            root_path: None,
            scrapers: Scrapers::default(),
            metadata_collection_interval: Unsupported::default(),
            timeout: Unsupported::default(),
        }
    }
}

/// The scrapers.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Scrapers {
    /// What the processors do.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(crate) cpu: Option<Plain>,
    /// What goes to and comes from disks.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(crate) disk: Option<Disk>,
    /// How full file systems are.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(crate) filesystem: Option<Filesystem>,
    /// The load averages.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(crate) load: Option<Load>,
    /// How memory is used.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(crate) memory: Option<Plain>,
    /// What goes through network interfaces.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(crate) network: Option<Network>,
    /// How swap space is used.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(crate) paging: Option<Plain>,
    /// What each process uses.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(crate) process: Option<Process>,
    /// How many processes there are.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(crate) processes: Option<Plain>,
    /// How long the machine has been running.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(crate) system: Option<Plain>,
}

/// Whether something is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Toggle {
    /// Whether it is given.
    pub(crate) enabled: bool,
}

/// By the name of the metric or attribute.
pub(super) type Toggles = BTreeMap<String, Toggle>;

/// A scraper of which only metrics can be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Plain {
    /// Metrics to switch on or off, by name. Default none.
    pub(crate) metrics: Toggles,
}

/// The `disk` scraper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Disk {
    /// Metrics to switch on or off, by name. Default none.
    pub(crate) metrics: Toggles,
    /// The only disks to read. Default all.
    pub(crate) include: Option<Devices>,
    /// Disks not to read. Default none.
    pub(crate) exclude: Option<Devices>,
}

/// The `filesystem` scraper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Filesystem {
    /// Metrics to switch on or off, by name. Default none.
    pub(crate) metrics: Toggles,
    /// Whether to read file systems without a disk, such as `tmpfs` and those of the network. These
    /// may hang. Default false.
    pub(crate) include_virtual_filesystems: bool,
    /// The only devices to read. Default all.
    pub(crate) include_devices: Option<Devices>,
    /// Devices not to read. Default none.
    pub(crate) exclude_devices: Option<Devices>,
    /// The only types of file systems to read. Default all.
    pub(crate) include_fs_types: Option<FsTypes>,
    /// Types of file systems not to read. Default none.
    pub(crate) exclude_fs_types: Option<FsTypes>,
    /// The only mount points to read. Default all.
    pub(crate) include_mount_points: Option<MountPoints>,
    /// Mount points not to read. Default none.
    pub(crate) exclude_mount_points: Option<MountPoints>,
}

/// The `load` scraper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Load {
    /// Metrics to switch on or off, by name. Default none.
    pub(crate) metrics: Toggles,
    /// Whether to divide the load by the number of processors. Default false.
    pub(crate) cpu_average: bool,
}

/// The `network` scraper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Network {
    /// Metrics to switch on or off, by name. Default none.
    pub(crate) metrics: Toggles,
    /// The only interfaces to read. Default all.
    pub(crate) include: Option<Interfaces>,
    /// Interfaces not to read. Default none.
    pub(crate) exclude: Option<Interfaces>,
}

/// The `process` scraper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Process {
    /// Metrics to switch on or off, by name. Default none.
    pub(crate) metrics: Toggles,
    /// Attributes to switch on or off, by name. `process.command_line` may hold what nobody should
    /// see. Default none.
    pub(crate) resource_attributes: Toggles,
    /// The only executables to read. Default all.
    pub(crate) include: Option<ProcessNames>,
    /// Executables not to read. Default none.
    pub(crate) exclude: Option<ProcessNames>,
    /// Whether to read the agent's own process and no other. Not a key of the Collector. Default
    /// false.
    pub(crate) only_agent: bool,
    /// Without effect: a process that cannot be read is left out. Default false.
    pub(crate) mute_process_all_errors: bool,
    /// Without effect, like `mute_process_all_errors`. Default false.
    pub(crate) mute_process_exe_error: bool,
    /// Without effect, like `mute_process_all_errors`. Default false.
    pub(crate) mute_process_io_error: bool,
    /// Without effect, like `mute_process_all_errors`. Default false.
    pub(crate) mute_process_name_error: bool,
    /// Without effect, like `mute_process_all_errors`. Default false.
    pub(crate) mute_process_user_error: bool,
    /// How old a process must be. Default 0s: all are read.
    pub(crate) scrape_process_delay: HumanDuration,
}

/// A scraper that is named is on: without a value, with its defaults.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(Some(Option::deserialize(deserializer)?.unwrap_or_default()))
}
