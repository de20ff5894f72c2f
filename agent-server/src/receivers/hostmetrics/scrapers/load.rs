//! Load averages.

use std::io;

use super::{Host, Metric, Scope, Scraper};
use crate::receivers::hostmetrics::config;
use crate::receivers::hostmetrics::metric::Kind::Gauge;

/// What there is.
pub(in super::super) static METRICS: &[Metric] = &[
    Metric::new(
        "system.cpu.load_average.1m",
        "{thread}",
        Gauge,
        "Threads that ran or waited for a processor or disk, on average over one minute.",
    ),
    Metric::new(
        "system.cpu.load_average.5m",
        "{thread}",
        Gauge,
        "Threads that ran or waited for a processor or disk, on average over five minutes.",
    ),
    Metric::new(
        "system.cpu.load_average.15m",
        "{thread}",
        Gauge,
        "Threads that ran or waited for a processor or disk, on average over fifteen minutes.",
    ),
];

/// The scraper.
#[derive(Debug)]
pub(super) struct LoadAverages {
    per_cpu: bool,
}

impl LoadAverages {
    pub(super) fn new(config: Option<&config::Load>) -> Self {
        Self {
            per_cpu: config.is_some_and(|config| config.cpu_average),
        }
    }
}

impl Scraper for LoadAverages {
    fn scrape(&mut self, host: &mut dyn Host, scope: &mut Scope<'_>) -> io::Result<()> {
        let load = host.load()?;
        let cpus = if self.per_cpu { host.cpus()?.len() } else { 1 };
        for (metric, load) in METRICS.iter().zip(load) {
            scope.metric(metric, |points| {
                points.double(load / cpus.max(1) as f64, &[])
            });
        }
        Ok(())
    }
}
