//! When to read, and handing over.

use std::collections::BTreeSet;
use std::sync::Arc;

use campanile_wire::otlp::Signal;
use futures_util::future::{BoxFuture, ready};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::collect::{Collector, Reading};
use super::config::Config;
use crate::component::{BuildError, Context, Intakes, Receiver, StartError, Tasks};
use crate::receivers::counters::Invalid;
use crate::receivers::intake::Intake;

/// The scrapers, and what is counted beside their failures.
const REASONS: [&str; 13] = [
    "cpu",
    "disk",
    "filesystem",
    "load",
    "memory",
    "network",
    "paging",
    "process",
    "processes",
    // What an intake counts.
    "protobuf",
    "system",
    "too_large",
    "too_many",
];

/// The receiver, configured.
#[derive(Debug)]
pub(super) struct HostMetricsReceiver {
    config: Config,
    context: Context,
    collector: Collector,
}

impl HostMetricsReceiver {
    /// A receiver that reads once it is started.
    ///
    /// # Errors
    ///
    /// When a filter is no regular expression.
    pub(super) fn new(config: Config, context: Context) -> Result<Self, BuildError> {
        Ok(Self {
            collector: Collector::new(&config)?,
            config,
            context,
        })
    }
}

impl Receiver for HostMetricsReceiver {
    fn start(
        self: Box<Self>,
        intakes: Intakes,
        tasks: Tasks,
    ) -> BoxFuture<'static, Result<(), StartError>> {
        let invalid = Arc::new(Invalid::new(&self.context, &REASONS));
        let intake = Intake::new(&self.context, &intakes, "", Arc::clone(&invalid));
        let mut readings = Readings {
            collector: Some(self.collector),
            failing: BTreeSet::new(),
            id: self.context.id.to_string(),
            intake,
            invalid,
        };
        let first = Instant::now() + self.config.initial_delay.0;
        let period = self.config.collection_interval.0;
        let token = tasks.token().clone();
        tasks.spawn(async move {
            let mut ticks = interval_at(first, period);
            // A reading that took too long is not made up for.
            ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
            let forever = async {
                loop {
                    ticks.tick().await;
                    readings.one().await;
                }
            };
            token.run_until_cancelled(forever).await;
        });
        Box::pin(ready(Ok(())))
    }
}

/// Reads, counts and hands over.
struct Readings {
    /// Away while it reads.
    collector: Option<Collector>,
    /// Scrapers that failed the last time: each is logged when that begins, and no more.
    failing: BTreeSet<&'static str>,
    id: String,
    intake: Intake,
    invalid: Arc<Invalid>,
}

impl Readings {
    async fn one(&mut self) {
        // Only a reading that panicked keeps it; there is nothing to read with then.
        let Some(mut collector) = self.collector.take() else {
            return;
        };
        let reading = tokio::task::spawn_blocking(move || {
            let reading = collector.read();
            (collector, reading)
        });
        let Ok((collector, reading)) = reading.await else {
            tracing::error!(
                receiver = self.id,
                "a reading failed; nothing is read any more"
            );
            return;
        };
        self.collector = Some(collector);
        self.count(&reading);
        for request in reading.requests {
            // What is refused has been counted; the next reading has it all, for sums add up.
            let _ = self.intake.take_own(Signal::Metrics, request).await;
        }
    }

    fn count(&mut self, reading: &Reading) {
        self.invalid.count("too_many", reading.dropped);
        let failing = reading.failed.iter().map(|(scraper, _)| *scraper).collect();
        for (scraper, error) in &reading.failed {
            self.invalid.count(scraper, 1);
            if !self.failing.contains(scraper) {
                tracing::warn!(receiver = self.id, scraper, error, "cannot be read");
            }
        }
        self.failing = failing;
    }
}
