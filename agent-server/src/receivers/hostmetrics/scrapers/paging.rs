//! Swap space and page faults.

use std::io;

use campanile_wire::otlp::write::Scalar::Text;

use super::{Host, Metric, Scope, Scraper, if_told};
use crate::receivers::hostmetrics::metric::Kind::{Counter, Gauge, UpDown};
use crate::receivers::hostmetrics::reading::{Paging, Swap};

const USAGE: Metric = Metric::new(
    "system.paging.usage",
    "By",
    UpDown,
    "Bytes of swap space by state.",
);
const UTILIZATION: Metric = Metric::new(
    "system.paging.utilization",
    "1",
    Gauge,
    "Fraction of swap space by state.",
)
.on_request();
const OPERATIONS: Metric = Metric::new(
    "system.paging.operations",
    "{operations}",
    Counter,
    "Pages that were moved: to and from swap space (major), to and from disks (minor).",
);
const FAULTS: Metric = Metric::new(
    "system.paging.faults",
    "{faults}",
    Counter,
    "Page faults; major ones needed a disk.",
);

/// What there is.
pub(in super::super) static METRICS: &[Metric] = &[USAGE, UTILIZATION, OPERATIONS, FAULTS];

/// The scraper.
#[derive(Debug)]
pub(super) struct SwapUse;

impl Scraper for SwapUse {
    fn scrape(&mut self, host: &mut dyn Host, scope: &mut Scope<'_>) -> io::Result<()> {
        let swaps = host.swaps()?;
        scope.metric(&USAGE, |points| {
            for Swap { device, used, free } in &swaps {
                for (state, bytes) in [("used", used), ("free", free)] {
                    points.int(*bytes, &[("device", Text(device)), ("state", Text(state))]);
                }
            }
        });
        scope.metric(&UTILIZATION, |points| {
            for Swap { device, used, free } in &swaps {
                let total = used.saturating_add(*free).max(1) as f64;
                for (state, bytes) in [("used", used), ("free", free)] {
                    let attributes = [("device", Text(device)), ("state", Text(state))];
                    points.double(*bytes as f64 / total, &attributes);
                }
            }
        });
        let told = if_told(host.paging().map(Some))?;
        if let Some(paging) = told {
            moved(scope, &paging);
        }
        Ok(())
    }
}

fn moved(scope: &mut Scope<'_>, paging: &Paging) {
    scope.metric(&OPERATIONS, |points| {
        for (kind, counts) in [("major", paging.swapped), ("minor", paging.paged)] {
            for (direction, count) in ["page_in", "page_out"].iter().zip(counts) {
                points.int(
                    count,
                    &[("direction", Text(direction)), ("type", Text(kind))],
                );
            }
        }
    });
    scope.metric(&FAULTS, |points| {
        points.int(paging.major_faults, &[("type", Text("major"))]);
        points.int(paging.minor_faults, &[("type", Text("minor"))]);
    });
}
