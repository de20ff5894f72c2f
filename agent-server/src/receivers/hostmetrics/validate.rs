//! What can be wrong with a configuration.

use std::time::Duration;

use super::config::{Config, Filesystem, Scrapers, Toggles};
use super::filter;
use super::metric::Metric;
use super::scrapers::{
    cpu, disk, filesystem, load, memory, network, paging, process, processes, system,
};
use crate::component::{Invalid, Validate};
use crate::receivers::unsupported::refuse;

/// A year: beyond some centuries there are no times to wait for.
const MAX_WAIT: Duration = Duration::from_secs(8_760 * 3_600);

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let keys = [
            (
                "metadata_collection_interval",
                self.metadata_collection_interval,
            ),
            ("timeout", self.timeout),
        ];
        let mut wrong = refuse("", &keys);
        if self.collection_interval.0 < Duration::from_secs(1) {
            wrong.push(Invalid::new("collection_interval", "must be at least 1s"));
        }
        let waits = [
            ("collection_interval", self.collection_interval.0),
            ("initial_delay", self.initial_delay.0),
        ];
        let too_long = waits.into_iter().filter(|(_, wait)| *wait > MAX_WAIT);
        wrong.extend(too_long.map(|(key, _)| Invalid::new(key, "must be at most 8760h")));
        let toggles = self.scrapers.toggles();
        if toggles.is_empty() {
            wrong.push(Invalid {
                help: Some("write `cpu:`, `memory:` or another scraper below it".to_owned()),
                ..Invalid::new("scrapers", "is required: no scraper is on")
            });
        }
        for (scraper, toggles, metrics) in toggles {
            wrong.extend(unknown_metrics(scraper, toggles, metrics));
        }
        wrong.extend(self.scrapers.wrong_filters());
        wrong
    }
}

impl Scrapers {
    /// The scrapers that are on, each with what is chosen and what there is to choose.
    pub(super) fn toggles(&self) -> Vec<(&'static str, &Toggles, &'static [Metric])> {
        let all = [
            ("cpu", self.cpu.as_ref().map(|on| &on.metrics), cpu::METRICS),
            (
                "disk",
                self.disk.as_ref().map(|on| &on.metrics),
                disk::METRICS,
            ),
            (
                "filesystem",
                self.filesystem.as_ref().map(|on| &on.metrics),
                filesystem::METRICS,
            ),
            (
                "load",
                self.load.as_ref().map(|on| &on.metrics),
                load::METRICS,
            ),
            (
                "memory",
                self.memory.as_ref().map(|on| &on.metrics),
                memory::METRICS,
            ),
            (
                "network",
                self.network.as_ref().map(|on| &on.metrics),
                network::METRICS,
            ),
            (
                "paging",
                self.paging.as_ref().map(|on| &on.metrics),
                paging::METRICS,
            ),
            (
                "process",
                self.process.as_ref().map(|on| &on.metrics),
                process::METRICS,
            ),
            (
                "processes",
                self.processes.as_ref().map(|on| &on.metrics),
                processes::METRICS,
            ),
            (
                "system",
                self.system.as_ref().map(|on| &on.metrics),
                system::METRICS,
            ),
        ];
        let on = all.into_iter();
        on.filter_map(|(name, toggles, metrics)| Some((name, toggles?, metrics)))
            .collect()
    }

    fn wrong_filters(&self) -> Vec<Invalid> {
        let mut wrong = Vec::new();
        if let Some(disk) = &self.disk {
            wrong.extend(filter::validate(
                "scrapers.disk.include",
                disk.include.as_ref(),
            ));
            wrong.extend(filter::validate(
                "scrapers.disk.exclude",
                disk.exclude.as_ref(),
            ));
        }
        if let Some(filesystem) = &self.filesystem {
            wrong.extend(wrong_filesystem_filters(filesystem));
        }
        if let Some(network) = &self.network {
            wrong.extend(filter::validate(
                "scrapers.network.include",
                network.include.as_ref(),
            ));
            wrong.extend(filter::validate(
                "scrapers.network.exclude",
                network.exclude.as_ref(),
            ));
        }
        if let Some(process) = &self.process {
            wrong.extend(filter::validate(
                "scrapers.process.include",
                process.include.as_ref(),
            ));
            wrong.extend(filter::validate(
                "scrapers.process.exclude",
                process.exclude.as_ref(),
            ));
            let known = &process::ATTRIBUTES;
            let unknown = process.resource_attributes.keys();
            wrong.extend(
                unknown
                    .filter(|name| !known.contains(&name.as_str()))
                    .map(|name| {
                        let key = format!("scrapers.process.resource_attributes.{name}");
                        unknown_name(key, name, known)
                    }),
            );
        }
        wrong
    }
}

fn wrong_filesystem_filters(filesystem: &Filesystem) -> Vec<Invalid> {
    let key = |name: &str| format!("scrapers.filesystem.{name}");
    let Filesystem {
        include_devices,
        exclude_devices,
        include_fs_types,
        exclude_fs_types,
        include_mount_points,
        exclude_mount_points,
        ..
    } = filesystem;
    let wrong = [
        filter::validate(&key("include_devices"), include_devices.as_ref()),
        filter::validate(&key("exclude_devices"), exclude_devices.as_ref()),
        filter::validate(&key("include_fs_types"), include_fs_types.as_ref()),
        filter::validate(&key("exclude_fs_types"), exclude_fs_types.as_ref()),
        filter::validate(&key("include_mount_points"), include_mount_points.as_ref()),
        filter::validate(&key("exclude_mount_points"), exclude_mount_points.as_ref()),
    ];
    wrong.concat()
}

fn unknown_metrics<'t>(
    scraper: &'static str,
    toggles: &'t Toggles,
    metrics: &'static [Metric],
) -> impl Iterator<Item = Invalid> + 't {
    let known: Vec<&str> = metrics.iter().map(|metric| metric.name).collect();
    let names = toggles.keys();
    names.filter_map(move |name| {
        let is_unknown = !known.contains(&name.as_str());
        is_unknown.then(|| unknown_name(format!("scrapers.{scraper}.metrics.{name}"), name, &known))
    })
}

fn unknown_name(key: String, name: &str, known: &[&str]) -> Invalid {
    Invalid {
        help: Some(format!("there are: {}", known.join(", "))),
        ..Invalid::new(key, format!("`{name}` is not known here"))
    }
}
