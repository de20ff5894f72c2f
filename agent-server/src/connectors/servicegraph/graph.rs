//! Spans into edges, edges into series.

use campanile_wire::otlp::view::{AnyValue, Span, resource_spans};
use campanile_wire::otlp::write::{self, Scalar};

use super::super::points::{ATTRIBUTE, Now};
use super::end::{End, Side, first};
use super::plan::Plan;
use super::series::{Counted, Edges};
use super::store::{Put, Store};

/// The graph so far.
#[derive(Debug)]
pub(super) struct Graph {
    plan: Plan,
    store: Store,
    edges: Edges,
    totals: Totals,
    /// The latest moment that has been told: the calendar must not go back.
    last: u64,
    /// Whether this round was written.
    written: bool,
    key: Vec<u8>,
}

/// What the graph tells about itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    /// Calls that were counted.
    pub(super) edges: u64,
    /// Spans that waited for the other side, in vain.
    pub(super) expired: u64,
    /// Spans that found no room to wait.
    pub(super) dropped: u64,
    /// Calls that count as overflow.
    pub(super) overflowed: u64,
    /// Edges that are told apart.
    pub(super) series: usize,
}

/// A call, as it is counted.
struct Call<'c> {
    client: &'c str,
    server: &'c str,
    connection: &'static str,
    /// Which side sends no spans.
    virtual_node: Option<&'static str>,
    /// The sides that do.
    ends: [Option<&'c End>; 2],
}

impl Graph {
    /// No calls yet.
    pub(super) fn new(plan: Plan) -> Self {
        Self {
            store: Store::new(plan.max_items, plan.ttl),
            plan,
            edges: Edges::default(),
            totals: Totals::default(),
            last: 0,
            written: false,
            key: Vec::new(),
        }
    }

    /// Takes the spans of an export request.
    pub(super) fn take(&mut self, request: &[u8], now: Now) {
        let now = self.later(now);
        self.expire(now);
        for entry in resource_spans(request) {
            let resource = entry.resource().attributes();
            // Without a name there is nothing to show in a graph.
            let Some(service) = resource.find("service.name").and_then(AnyValue::as_text) else {
                continue;
            };
            for span in entry.scope_spans().flat_map(|scope| scope.spans()) {
                if let Some((side, end)) = End::new(&self.plan, service, resource, &span) {
                    self.span(&span, side, end, now);
                }
            }
        }
    }

    /// All edges as an export request, or none if they have just been written.
    pub(super) fn next(&mut self, now: Now) -> Option<Vec<u8>> {
        self.written = !self.written;
        if !self.written {
            return None;
        }
        let expiring = self.later(now);
        self.expire(expiring);
        // Later than the start of the edges that have just come up.
        let now = self.later(now);
        let request = self.edges.write(&self.plan, now);
        self.written = request.is_some();
        request
    }

    /// What it tells about itself.
    pub(super) fn totals(&self) -> Totals {
        Totals {
            overflowed: self.edges.overflowed,
            series: self.edges.len(),
            ..self.totals
        }
    }

    /// `now`, but after every moment before it.
    fn later(&mut self, now: Now) -> Now {
        self.last = now.unix.max(self.last + 1);
        Now {
            unix: self.last,
            ..now
        }
    }

    fn span(&mut self, span: &Span<'_>, side: Side, end: End, now: Now) {
        let own = match side {
            Side::Client => span.span_id,
            Side::Server => span.parent_span_id,
        };
        if side == Side::Server && own.iter().all(|byte| *byte == 0) {
            // The first of its trace: somebody outside calls.
            self.outside(&end, now);
            return;
        }
        let (Ok(trace), Ok(span_id)) = (span.trace_id.try_into(), own.try_into()) else {
            return;
        };
        if side == Side::Client
            && let Some(database) = first(&self.plan.databases, span.attributes())
        {
            // A database sends no spans.
            let call = Call {
                client: &end.service,
                server: &database,
                connection: "database",
                virtual_node: None,
                ends: [Some(&end), Some(&end)],
            };
            self.count(&call, now);
            return;
        }
        match self.store.put((trace, span_id), side, end, now.at) {
            Put::Dropped => self.totals.dropped += 1,
            Put::Waits => {}
            Put::Paired(ends) => {
                let [client, server] = &*ends;
                let messaging = client.messaging || server.messaging;
                let call = Call {
                    client: &client.service,
                    server: &server.service,
                    connection: if messaging { "messaging_system" } else { "" },
                    virtual_node: None,
                    ends: [Some(client), Some(server)],
                };
                self.count(&call, now);
            }
        }
    }

    /// Counts the calls whose other side did not come.
    fn expire(&mut self, now: Now) {
        while let Some((side, end)) = self.store.expire(now.at) {
            self.totals.expired += 1;
            if side == Side::Client && !self.plan.peers.is_empty() {
                let call = Call {
                    client: &end.service,
                    server: end.peer.as_deref().unwrap_or("unknown"),
                    connection: "virtual_node",
                    virtual_node: Some("server"),
                    ends: [Some(&end), None],
                };
                self.count(&call, now);
            }
        }
    }

    fn outside(&mut self, end: &End, now: Now) {
        let call = Call {
            client: "user",
            server: &end.service,
            connection: "virtual_node",
            virtual_node: Some("client"),
            ends: [None, Some(end)],
        };
        self.count(&call, now);
    }

    fn count(&mut self, call: &Call<'_>, now: Now) {
        self.key.clear();
        let mut label = |name, value| {
            write::attribute(&mut self.key, ATTRIBUTE, name, Scalar::Text(value));
        };
        label("client", call.client);
        label("server", call.server);
        label("connection_type", call.connection);
        if let Some(side) = call.virtual_node.filter(|_| self.plan.extra_label) {
            label("virtual_node", side);
        }
        let [client, server] = call.ends;
        for end in [client, server.filter(|_| call.connection != "database")] {
            let dimensions = end.map_or(&[][..], |end| &end.dimensions);
            self.key.extend_from_slice(dimensions);
        }
        let counted = Counted {
            failed: call.ends.iter().flatten().any(|end| end.failed),
            client: client.map(|end| end.nanos),
            server: server.map(|end| end.nanos),
        };
        self.totals.edges += 1;
        self.edges.count(&self.plan, &self.key, counted, now);
    }
}
