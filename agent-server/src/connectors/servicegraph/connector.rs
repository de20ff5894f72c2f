//! Taking spans, and handing over what they say of the graph.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use campanile_wire::otlp::Signal;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::super::clock::Clock;
use super::super::emit::{self, Dropped, Source};
use super::super::points::Now;
use super::config::Config;
use super::graph::{Graph, Totals};
use super::plan::Plan;
use crate::component::{Connector, Context, Outputs, Refusal, Tasks};
use crate::ops::{Counter, Gauge};
use crate::payload::Payload;

/// The connector.
pub(super) struct ServiceGraph {
    drawn: Arc<Drawn>,
    interval: Duration,
    dropped: Dropped,
    /// Cancelled when the connector is dropped.
    end: CancellationToken,
    _ends: DropGuard,
}

/// The graph, shared with the task.
struct Drawn {
    graph: Mutex<Graph>,
    clock: Clock,
    counters: Counters,
}

/// What is shown of [`Totals`].
struct Counters {
    edges: Counter,
    expired: Counter,
    dropped: Counter,
    overflowed: Counter,
    series: Gauge,
}

impl Counters {
    fn new(context: &Context) -> Self {
        let connector = context.id.to_string();
        let labels = [("connector", connector.as_str())];
        let metrics = &context.shared.metrics;
        Self {
            edges: metrics.counter(
                "otelcol_connector_servicegraph_total_edges",
                "Calls that were counted.",
                &labels,
            ),
            expired: metrics.counter(
                "otelcol_connector_servicegraph_expired_edges",
                "Spans whose other side did not come in time.",
                &labels,
            ),
            dropped: metrics.counter(
                "otelcol_connector_servicegraph_dropped_spans",
                "Spans that found no room to wait for the other side.",
                &labels,
            ),
            overflowed: metrics.counter(
                "campanile_connector_overflowed_items",
                "Spans and events that count in a series for what is too much.",
                &labels,
            ),
            series: metrics.gauge("campanile_connector_series", "Series kept.", &labels),
        }
    }

    /// Shows what has changed.
    fn show(&self, before: Totals, after: Totals) {
        self.edges.add(after.edges - before.edges);
        self.expired.add(after.expired - before.expired);
        self.dropped.add(after.dropped - before.dropped);
        self.overflowed.add(after.overflowed - before.overflowed);
        self.series
            .set(i64::try_from(after.series).unwrap_or(i64::MAX));
    }
}

impl ServiceGraph {
    /// A connector that has seen nothing.
    pub(super) fn new(config: &Config, context: &Context) -> Self {
        let drawn = Drawn {
            graph: Mutex::new(Graph::new(Plan::new(config))),
            clock: Clock::new(),
            counters: Counters::new(context),
        };
        let end = CancellationToken::new();
        Self {
            drawn: Arc::new(drawn),
            interval: config.metrics_flush_interval.0,
            dropped: Dropped::new(context),
            end: end.clone(),
            _ends: end.drop_guard(),
        }
    }
}

impl Connector for ServiceGraph {
    /// Spans end here.
    fn route(&self, _: &Payload, _: &[String]) -> Result<Vec<(usize, Payload)>, Refusal> {
        Ok(Vec::new())
    }

    fn taken(&self, payload: &Payload) {
        if payload.signal() == Signal::Traces {
            self.drawn.with(|graph, now| {
                for chunk in payload.chunks() {
                    graph.take(chunk, now);
                }
            });
        }
    }

    fn start(&self, outputs: Outputs, tasks: &Tasks) {
        let source: Arc<dyn Source> = Arc::<Drawn>::clone(&self.drawn);
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

impl Drawn {
    fn with<T>(&self, act: impl FnOnce(&mut Graph, Now) -> T) -> T {
        let mut graph = self.graph.lock().unwrap_or_else(PoisonError::into_inner);
        let before = graph.totals();
        let result = act(&mut graph, self.clock.now());
        self.counters.show(before, graph.totals());
        result
    }
}

impl Source for Drawn {
    fn next(&self) -> Option<Vec<u8>> {
        self.with(Graph::next)
    }
}
