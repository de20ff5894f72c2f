//! Processors.

use std::collections::BTreeMap;
use std::io;

use campanile_wire::otlp::write::Scalar::Text;

use super::{Host, Metric, Scope, Scraper};
use crate::receivers::hostmetrics::metric::Kind::{Counter, Gauge, UpDown};

/// The most that are read.
const MAX: usize = 1_024;

const TIME: Metric = Metric::new(
    "system.cpu.time",
    "s",
    Counter,
    "Seconds that each processor spent in each state.",
);
const UTILIZATION: Metric = Metric::new(
    "system.cpu.utilization",
    "1",
    Gauge,
    "Fraction of the time since the last reading that each processor spent in each state.",
)
.on_request();
const COUNT: Metric = Metric::new(
    "system.cpu.logical.count",
    "{cpu}",
    UpDown,
    "Processors, as programs see them.",
)
.on_request();

/// What there is.
pub(in super::super) static METRICS: &[Metric] = &[TIME, UTILIZATION, COUNT];

/// Seconds by state.
type Seconds = Vec<(&'static str, f64)>;

/// The scraper; remembers the last reading.
#[derive(Debug, Default)]
pub(super) struct Cpus(BTreeMap<String, Seconds>);

impl Scraper for Cpus {
    fn scrape(&mut self, host: &mut dyn Host, scope: &mut Scope<'_>) -> io::Result<()> {
        let cpus = scope.bounded(host.cpus()?, MAX);
        scope.metric(&TIME, |points| {
            for cpu in &cpus {
                for (state, seconds) in &cpu.seconds {
                    let attributes = [("cpu", Text(&cpu.name)), ("state", Text(state))];
                    points.double(*seconds, &attributes);
                }
            }
        });
        scope.metric(&UTILIZATION, |points| {
            for cpu in &cpus {
                let before = self.0.get(&cpu.name);
                for (state, share) in before.map(|old| shares(old, &cpu.seconds)).iter().flatten() {
                    let attributes = [("cpu", Text(&cpu.name)), ("state", Text(state))];
                    points.double(*share, &attributes);
                }
            }
        });
        scope.metric(&COUNT, |points| points.int(cpus.len() as u64, &[]));
        self.0 = cpus
            .into_iter()
            .map(|cpu| (cpu.name, cpu.seconds))
            .collect();
        Ok(())
    }
}

/// The share of each state in what was spent between two readings.
fn shares(before: &Seconds, now: &Seconds) -> Seconds {
    // The kernel's numbers step back now and then, by a tick.
    let spent = before.iter().zip(now);
    let spent = spent.map(|((_, before), (state, now))| (*state, (now - before).max(0.0)));
    let spent: Seconds = spent.collect();
    let total: f64 = spent.iter().map(|(_, seconds)| seconds).sum();
    if total <= 0.0 {
        return Vec::new();
    }
    spent
        .into_iter()
        .map(|(state, seconds)| (state, seconds / total))
        .collect()
}
