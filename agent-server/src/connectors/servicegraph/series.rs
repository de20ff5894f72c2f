//! What one edge of the graph counts, and its metrics.

use std::collections::HashMap;
use std::time::Duration;

use campanile_wire::otlp::write;

use super::super::latency::{Latencies, Layout, Temporality};
use super::super::points::{Now, Times, counter, metric};
use super::plan::Plan;

/// Edges that are told apart; others count as overflow.
pub(super) const MAX_SERIES: usize = 10_000;
/// Bytes of the labels of one.
const MAX_KEY: usize = 4 << 10;
/// How long an edge without calls is kept.
const STALE: Duration = Duration::from_secs(15 * 60);

const TOTAL: &str = "traces_service_graph_request_total";
const FAILED: &str = "traces_service_graph_request_failed_total";
const CLIENT: &str = "traces_service_graph_request_client_seconds";
const SERVER: &str = "traces_service_graph_request_server_seconds";

/// The edges, by their labels.
#[derive(Debug, Default)]
pub(super) struct Edges {
    edges: HashMap<Box<[u8]>, Edge>,
    /// Calls that counted as overflow so far.
    pub(super) overflowed: u64,
}

#[derive(Debug)]
struct Edge {
    start: u64,
    total: u64,
    failed: u64,
    client: Latencies,
    server: Latencies,
    seen: Duration,
}

/// One call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    pub(super) failed: bool,
    /// How long it took as each side saw it, if that side sends spans.
    pub(super) client: Option<u64>,
    pub(super) server: Option<u64>,
}

impl Edges {
    /// Counts a call of the edge with these labels.
    pub(super) fn count(&mut self, plan: &Plan, key: &[u8], call: Counted, now: Now) {
        if let Some(edge) = self.edges.get_mut(key) {
            edge.count(&plan.layout, call, now);
            return;
        }
        let overflow = self.edges.len() >= MAX_SERIES || key.len() > MAX_KEY;
        self.overflowed += u64::from(overflow);
        let key = if overflow { &plan.overflow } else { key };
        let edge = self.edges.entry(key.into());
        let edge = edge.or_insert_with(|| Edge::new(&plan.layout, now));
        edge.count(&plan.layout, call, now);
    }

    /// Edges that are told apart.
    pub(super) fn len(&self) -> usize {
        self.edges.len()
    }

    /// All of them as an export request, if there are any. Forgets those that have been written and
    /// are stale.
    pub(super) fn write(&mut self, plan: &Plan, now: Now) -> Option<Vec<u8>> {
        if self.edges.is_empty() {
            return None;
        }
        let mut request = Vec::new();
        write::nested(&mut request, 1, |entry| {
            write::nested(entry, 2, |out| {
                write::nested(out, 1, |scope| {
                    write::text(scope, 1, "campanile/servicegraph");
                    write::text(scope, 2, env!("CARGO_PKG_VERSION"));
                });
                self.counter(out, [TOTAL, "Calls."], |edge| edge.total, now);
                self.counter(out, [FAILED, "Calls that failed."], |edge| edge.failed, now);
                let about = "How long calls took, as the client saw it.";
                self.latencies(out, plan, [CLIENT, about], |edge| &edge.client, now);
                let about = "How long calls took, as the server saw it.";
                self.latencies(out, plan, [SERVER, about], |edge| &edge.server, now);
            });
        });
        let fresh = |edge: &Edge| now.at.saturating_sub(edge.seen) < STALE;
        self.edges.retain(|_, edge| fresh(edge));
        Some(request)
    }

    fn counter(&self, out: &mut Vec<u8>, names: [&str; 2], of: fn(&Edge) -> u64, now: Now) {
        let [name, about] = names;
        let fill = |data: &mut Vec<u8>| {
            for (key, edge) in &self.edges {
                counter(data, of(edge), key, edge.times(now));
            }
        };
        metric(out, [name, about, ""], 7, fill, |data| {
            write::varint(data, 2, Temporality::Cumulative.number());
            write::varint(data, 3, 1);
        });
    }

    fn latencies(
        &self,
        out: &mut Vec<u8>,
        plan: &Plan,
        names: [&str; 2],
        of: fn(&Edge) -> &Latencies,
        now: Now,
    ) {
        let [name, about] = names;
        let fill = |data: &mut Vec<u8>| {
            for (key, edge) in &self.edges {
                let latencies = of(edge);
                if !latencies.is_empty() {
                    latencies.write(data, &plan.layout, key, edge.times(now), &[]);
                }
            }
        };
        metric(out, [name, about, "s"], plan.layout.field(), fill, |data| {
            write::varint(data, 2, Temporality::Cumulative.number());
        });
    }
}

impl Edge {
    fn new(layout: &Layout, now: Now) -> Self {
        Self {
            start: now.unix,
            total: 0,
            failed: 0,
            client: Latencies::new(layout),
            server: Latencies::new(layout),
            seen: now.at,
        }
    }

    fn count(&mut self, layout: &Layout, call: Counted, now: Now) {
        self.total += 1;
        self.failed += u64::from(call.failed);
        if let Some(nanos) = call.client {
            self.client.record(layout, nanos);
        }
        if let Some(nanos) = call.server {
            self.server.record(layout, nanos);
        }
        self.seen = now.at;
    }

    fn times(&self, now: Now) -> Times {
        Times {
            start: self.start,
            now: now.unix,
        }
    }
}
