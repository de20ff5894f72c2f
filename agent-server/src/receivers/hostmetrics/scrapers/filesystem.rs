//! File systems.

use std::io;

use campanile_wire::otlp::write::Scalar::{self, Text};

use super::{Host, Metric, Scope, Scraper};
use crate::component::BuildError;
use crate::receivers::hostmetrics::config;
use crate::receivers::hostmetrics::filter::Filter;
use crate::receivers::hostmetrics::metric::Kind::{Gauge, UpDown};
use crate::receivers::hostmetrics::reading::{Filesystem, Space};

/// The most that are read.
const MAX: usize = 512;

const USAGE: Metric = Metric::new("system.filesystem.usage", "By", UpDown, "Bytes by state.");
const INODES: Metric = Metric::new(
    "system.filesystem.inodes.usage",
    "{inodes}",
    UpDown,
    "Files and directories that there are, and how many more there can be.",
);
const UTILIZATION: Metric = Metric::new(
    "system.filesystem.utilization",
    "1",
    Gauge,
    "Fraction of what anybody may use that is used.",
)
.on_request();

/// What there is.
pub(in super::super) static METRICS: &[Metric] = &[USAGE, INODES, UTILIZATION];

/// The scraper.
#[derive(Debug)]
pub(super) struct Filesystems {
    with_virtual: bool,
    devices: Filter,
    fs_types: Filter,
    mount_points: Filter,
}

impl Filesystems {
    pub(super) fn new(config: Option<&config::Filesystem>) -> Result<Self, BuildError> {
        let config = config.cloned().unwrap_or_default();
        let (devices, types) = (config.include_devices, config.include_fs_types);
        let points = config.include_mount_points;
        Ok(Self {
            with_virtual: config.include_virtual_filesystems,
            devices: Filter::new(devices.as_ref(), config.exclude_devices.as_ref())?,
            fs_types: Filter::new(types.as_ref(), config.exclude_fs_types.as_ref())?,
            mount_points: Filter::new(points.as_ref(), config.exclude_mount_points.as_ref())?,
        })
    }
}

impl Scraper for Filesystems {
    fn scrape(&mut self, host: &mut dyn Host, scope: &mut Scope<'_>) -> io::Result<()> {
        let wanted = |one: &Filesystem| {
            self.devices.takes(&one.device)
                && self.fs_types.takes(&one.fs_type)
                && self.mount_points.takes(&one.mount_point)
        };
        let found = scope.bounded(host.filesystems(self.with_virtual, &wanted)?, MAX);
        scope.metric(&USAGE, |points| {
            for (filesystem, space) in &found {
                let Space {
                    used,
                    free,
                    reserved,
                    ..
                } = *space;
                for (state, bytes) in [("used", used), ("free", free), ("reserved", reserved)] {
                    points.int(bytes, &with_state(filesystem, state));
                }
            }
        });
        scope.metric(&INODES, |points| {
            let counted = found
                .iter()
                .filter_map(|(one, space)| Some((one, space.inodes?)));
            for (filesystem, [used, free]) in counted {
                points.int(used, &with_state(filesystem, "used"));
                points.int(free, &with_state(filesystem, "free"));
            }
        });
        scope.metric(&UTILIZATION, |points| {
            for (filesystem, Space { used, free, .. }) in &found {
                let usable = used.saturating_add(*free);
                if usable > 0 {
                    points.double(*used as f64 / usable as f64, &attributes(filesystem));
                }
            }
        });
        Ok(())
    }
}

fn attributes(filesystem: &Filesystem) -> [(&'static str, Scalar<'_>); 4] {
    [
        ("device", Text(&filesystem.device)),
        ("mode", Text(if filesystem.read_only { "ro" } else { "rw" })),
        ("mountpoint", Text(&filesystem.mount_point)),
        ("type", Text(&filesystem.fs_type)),
    ]
}

fn with_state<'f>(filesystem: &'f Filesystem, state: &'f str) -> [(&'static str, Scalar<'f>); 5] {
    let [device, mode, mount_point, fs_type] = attributes(filesystem);
    [device, mode, mount_point, fs_type, ("state", Text(state))]
}
