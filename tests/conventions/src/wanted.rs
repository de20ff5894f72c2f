//! Which groups of the model the table has.

/// A span of the table: the name of its row, and the groups that make it.
pub(crate) struct Span {
    pub(crate) family: &'static str,
    /// Later groups specialize earlier ones. The group of gRPC leaves out `rpc.system.name`, which
    /// its page asks for in words and the group for all of RPC lists.
    pub(crate) groups: &'static [&'static str],
}

pub(crate) const SPANS: [Span; 4] = [
    Span {
        family: "Http",
        groups: &["span.http.server"],
    },
    Span {
        family: "Http",
        groups: &["span.http.client"],
    },
    Span {
        family: "Rpc",
        groups: &["span.rpc.call.server", "span.rpc.grpc.call.server"],
    },
    Span {
        family: "Rpc",
        groups: &["span.rpc.call.client", "span.rpc.grpc.call.client"],
    },
];

pub(crate) const METRICS: [&str; 12] = [
    "http.client.active_requests",
    "http.client.connection.duration",
    "http.client.open_connections",
    "http.client.request.body.size",
    "http.client.request.duration",
    "http.client.response.body.size",
    "http.server.active_requests",
    "http.server.request.body.size",
    "http.server.request.duration",
    "http.server.response.body.size",
    "rpc.client.call.duration",
    "rpc.server.call.duration",
];
