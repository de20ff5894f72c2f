//! The machine as a whole.

use std::io;

use super::{Host, Metric, Scope, Scraper};
use crate::receivers::hostmetrics::metric::Kind::Gauge;

const UPTIME: Metric = Metric::new(
    "system.uptime",
    "s",
    Gauge,
    "Seconds for which the machine has been running.",
);

/// What there is.
pub(in super::super) static METRICS: &[Metric] = &[UPTIME];

/// The scraper.
#[derive(Debug)]
pub(super) struct Uptime;

impl Scraper for Uptime {
    fn scrape(&mut self, _: &mut dyn Host, scope: &mut Scope<'_>) -> io::Result<()> {
        let seconds = scope.times().seconds();
        scope.metric(&UPTIME, |points| points.double(seconds, &[]));
        Ok(())
    }
}
