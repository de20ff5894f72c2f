//! Counting what is taken, and handing over what was counted.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use campanile_wire::otlp::Signal;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::super::clock::Clock;
use super::super::emit::{self, Dropped, Source};
use super::super::points::Now;
use super::aggregate::Aggregator;
use super::config::Config;
use super::plan::Plan;
use super::usage::Usage;
use crate::component::{Connector, Context, Outputs, Refusal, Tasks};
use crate::ops::{Counter, Gauge};
use crate::payload::Payload;

/// The connector.
pub(super) struct SpanMetrics {
    counted: Arc<Counted>,
    interval: Duration,
    dropped: Dropped,
    /// Cancelled when the connector is dropped.
    end: CancellationToken,
    _ends: DropGuard,
}

/// What is counted, shared with the task.
struct Counted {
    aggregator: Mutex<Aggregator>,
    clock: Clock,
    overflowed: Counter,
    series: Gauge,
}

impl SpanMetrics {
    /// A connector that has counted nothing.
    pub(super) fn new(config: &Config, context: &Context) -> Self {
        let connector = context.id.to_string();
        let labels = [("connector", connector.as_str())];
        let metrics = &context.shared.metrics;
        let counted = Counted {
            aggregator: Mutex::new(Aggregator::new(Plan::new(config))),
            clock: Clock::new(),
            overflowed: metrics.counter(
                "campanile_connector_overflowed_items",
                "Spans and events that count in a series for what is too much.",
                &labels,
            ),
            series: metrics.gauge("campanile_connector_series", "Series kept.", &labels),
        };
        let end = CancellationToken::new();
        Self {
            counted: Arc::new(counted),
            interval: config.metrics_flush_interval.0,
            dropped: Dropped::new(context),
            end: end.clone(),
            _ends: end.drop_guard(),
        }
    }
}

impl Connector for SpanMetrics {
    /// Spans end here.
    fn route(&self, _: &Payload, _: &[String]) -> Result<Vec<(usize, Payload)>, Refusal> {
        Ok(Vec::new())
    }

    fn taken(&self, payload: &Payload) {
        if payload.signal() == Signal::Traces {
            self.counted.with(|aggregator, now| {
                for chunk in payload.chunks() {
                    aggregator.take(chunk, now);
                }
            });
        }
    }

    fn start(&self, outputs: Outputs, tasks: &Tasks) {
        let source: Arc<dyn Source> = Arc::<Counted>::clone(&self.counted);
        let dropped = self.dropped.clone();
        emit::spawn(
            source,
            &outputs,
            tasks,
            self.interval,
            self.end.clone(),
            dropped,
        );
    }
}

impl Counted {
    fn with<T>(&self, act: impl FnOnce(&mut Aggregator, Now) -> T) -> T {
        let mut aggregator = self
            .aggregator
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let Usage { overflowed, .. } = aggregator.usage();
        let result = act(&mut aggregator, self.clock.now());
        let usage = aggregator.usage();
        self.overflowed.add(usage.overflowed - overflowed);
        self.series
            .set(i64::try_from(usage.series).unwrap_or(i64::MAX));
        result
    }
}

impl Source for Counted {
    fn next(&self) -> Option<Vec<u8>> {
        self.with(Aggregator::next)
    }
}
