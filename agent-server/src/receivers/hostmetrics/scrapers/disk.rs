//! Disks.

use std::io;

use campanile_wire::otlp::write::Scalar::Text;

use super::{Host, Metric, Scope, Scraper};
use crate::component::BuildError;
use crate::receivers::hostmetrics::config;
use crate::receivers::hostmetrics::filter::Filter;
use crate::receivers::hostmetrics::metric::Kind::{Counter, UpDown};
use crate::receivers::hostmetrics::points::Points;
use crate::receivers::hostmetrics::reading::{Disk, DiskDirection};

/// The most that are read.
const MAX: usize = 512;

const IO: Metric = Metric::new("system.disk.io", "By", Counter, "Bytes read and written.");
const OPERATIONS: Metric = Metric::new(
    "system.disk.operations",
    "{operations}",
    Counter,
    "Operations that were done.",
);
const MERGED: Metric = Metric::new(
    "system.disk.merged",
    "{operations}",
    Counter,
    "Operations that were done as part of another.",
);
const OPERATION_TIME: Metric = Metric::new(
    "system.disk.operation_time",
    "s",
    Counter,
    "Seconds that operations took, all together.",
);
const IO_TIME: Metric = Metric::new(
    "system.disk.io_time",
    "s",
    Counter,
    "Seconds in which the disk was busy.",
);
const WEIGHTED_IO_TIME: Metric = Metric::new(
    "system.disk.weighted_io_time",
    "s",
    Counter,
    "Seconds in which the disk was busy, times the operations under way.",
);
const PENDING: Metric = Metric::new(
    "system.disk.pending_operations",
    "{operations}",
    UpDown,
    "Operations under way.",
);

/// What there is.
pub(in super::super) static METRICS: &[Metric] = &[
    IO,
    OPERATIONS,
    MERGED,
    OPERATION_TIME,
    IO_TIME,
    WEIGHTED_IO_TIME,
    PENDING,
];

/// The scraper.
#[derive(Debug)]
pub(super) struct Disks(Filter);

impl Disks {
    pub(super) fn new(config: Option<&config::Disk>) -> Result<Self, BuildError> {
        let include = config.and_then(|config| config.include.as_ref());
        let exclude = config.and_then(|config| config.exclude.as_ref());
        Ok(Self(Filter::new(include, exclude)?))
    }
}

impl Scraper for Disks {
    fn scrape(&mut self, host: &mut dyn Host, scope: &mut Scope<'_>) -> io::Result<()> {
        let mut disks = host.disks()?;
        disks.retain(|disk| self.0.takes(&disk.name));
        let disks = scope.bounded(disks, MAX);
        scope.metric(&IO, |points| {
            both_ways(points, &disks, |points, way, attributes| {
                points.int(way.bytes, attributes);
            });
        });
        // What follows is told with the activity, or is not known.
        let active: Vec<Disk> = disks
            .into_iter()
            .filter(|disk| disk.activity.is_some())
            .collect();
        scope.metric(&OPERATIONS, |points| {
            both_ways(points, &active, |points, way, attributes| {
                points.int(way.operations, attributes);
            });
        });
        scope.metric(&MERGED, |points| {
            both_ways(points, &active, |points, way, attributes| {
                points.int(way.merged, attributes);
            });
        });
        scope.metric(&OPERATION_TIME, |points| {
            both_ways(points, &active, |points, way, attributes| {
                points.double(way.seconds, attributes);
            });
        });
        activity(scope, &active);
        Ok(())
    }
}

fn activity(scope: &mut Scope<'_>, disks: &[Disk]) {
    let all = || {
        let known = disks.iter().filter_map(|disk| Some((disk, disk.activity?)));
        known.map(|(disk, activity)| ([("device", Text(&disk.name))], activity))
    };
    scope.metric(&IO_TIME, |points| {
        all().for_each(|(device, activity)| points.double(activity.seconds, &device));
    });
    scope.metric(&WEIGHTED_IO_TIME, |points| {
        all().for_each(|(device, activity)| points.double(activity.weighted_seconds, &device));
    });
    scope.metric(&PENDING, |points| {
        all().for_each(|(device, activity)| points.int(activity.pending, &device));
    });
}

/// A point for each disk and direction.
fn both_ways(
    points: &mut Points,
    disks: &[Disk],
    point: impl Fn(&mut Points, &DiskDirection, crate::receivers::hostmetrics::points::Attributes<'_>),
) {
    for disk in disks {
        for (direction, way) in ["read", "write"].iter().zip(&disk.directions) {
            let attributes = [("device", Text(&disk.name)), ("direction", Text(direction))];
            point(points, way, &attributes);
        }
    }
}
