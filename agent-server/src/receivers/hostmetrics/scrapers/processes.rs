//! How many processes there are.

use std::io;

use campanile_wire::otlp::write::Scalar::Text;

use super::{Host, Metric, Scope, Scraper};
use crate::receivers::hostmetrics::metric::Kind::{Counter, UpDown};

const COUNT: Metric = Metric::new(
    "system.processes.count",
    "{processes}",
    UpDown,
    "Processes by status.",
);
const CREATED: Metric = Metric::new(
    "system.processes.created",
    "{processes}",
    Counter,
    "Processes that were created.",
);

/// What there is.
pub(in super::super) static METRICS: &[Metric] = &[COUNT, CREATED];

/// The scraper.
#[derive(Debug)]
pub(super) struct Population;

impl Scraper for Population {
    fn scrape(&mut self, host: &mut dyn Host, scope: &mut Scope<'_>) -> io::Result<()> {
        let processes = host.processes()?;
        scope.metric(&COUNT, |points| {
            for (status, count) in &processes.count {
                points.int(*count, &[("status", Text(status))]);
            }
        });
        scope.metric(&CREATED, |points| {
            processes
                .created
                .into_iter()
                .for_each(|count| points.int(count, &[]));
        });
        Ok(())
    }
}
