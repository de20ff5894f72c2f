//! Memory.

use std::io;

use campanile_wire::otlp::write::Scalar::Text;

use super::{Host, Metric, Scope, Scraper};
use crate::receivers::hostmetrics::metric::Kind::{Gauge, UpDown};

const USAGE: Metric = Metric::new("system.memory.usage", "By", UpDown, "Bytes by state.");
const UTILIZATION: Metric = Metric::new(
    "system.memory.utilization",
    "1",
    Gauge,
    "Fraction of memory by state.",
)
.on_request();
const LIMIT: Metric = Metric::new(
    "system.memory.limit",
    "By",
    UpDown,
    "Bytes that the machine has.",
)
.on_request();
const AVAILABLE: Metric = Metric::new(
    "system.linux.memory.available",
    "By",
    UpDown,
    "Bytes that programs could get without anything being swapped out.",
)
.on_request();

/// What there is.
pub(in super::super) static METRICS: &[Metric] = &[USAGE, UTILIZATION, LIMIT, AVAILABLE];

/// The scraper.
#[derive(Debug)]
pub(super) struct MemoryUse;

impl Scraper for MemoryUse {
    fn scrape(&mut self, host: &mut dyn Host, scope: &mut Scope<'_>) -> io::Result<()> {
        let memory = host.memory()?;
        scope.metric(&USAGE, |points| {
            for (state, bytes) in &memory.states {
                points.int(*bytes, &[("state", Text(state))]);
            }
        });
        scope.metric(&UTILIZATION, |points| {
            for (state, bytes) in memory.states.iter().filter(|_| memory.total > 0) {
                points.double(
                    *bytes as f64 / memory.total as f64,
                    &[("state", Text(state))],
                );
            }
        });
        scope.metric(&LIMIT, |points| points.int(memory.total, &[]));
        scope.metric(&AVAILABLE, |points| points.int(memory.available, &[]));
        Ok(())
    }
}
