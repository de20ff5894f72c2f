//! The layers, beside those others use.

use super::{Kind, Suite};
use crate::measure::Case;

mod client;
mod grpc;
mod passing;
mod peers;
mod request;
mod reqwest;
mod scene;
mod server;
#[cfg(test)]
mod tests;

/// The subject of a baseline.
const NOTHING: &str = "nothing";

/// The suite.
pub(crate) const SUITE: Suite = Suite {
    name: "middleware",
    about: "\
All figures are net: what the layer adds to the same operation with an empty layer in its place,
one that holds a pointer and passes on. An operation makes the request, calls the service, polls to the end and
drops everything; nothing waits, so there is no runtime and no network in it.
\"server\" is an axum `Router` with one route, `/users/{id}/orders`, and `Router::layer`; the
request has 11 headers (a `traceparent`, a user agent of 100 bytes), the response 11 bytes.
\"client\" and \"grpc\" are plain Tower services; a gRPC response ends with trailers.
\"reqwest-middleware client\" ends in a middleware that answers at once.
\"sampled\" and \"unsampled\" are the flag of the parent, which a server reads from `traceparent`
and a client finds in the current context: the provider is the SDK's with `ParentBased(AlwaysOn)`
and a processor that drops. \"noop\" has no provider. Propagators are W3C Trace Context only.
Layers made of `tracing` spans run under a registry with tracing-opentelemetry and nothing else.
tower-http's `TraceLayer` reads no `traceparent`, so it has no \"unsampled\"; reqwest-tracing runs
on OpenTelemetry 0.32, the newest it knows.",
    kind: Kind::Cases(cases),
};

/// Every case, a group after the other.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    server::cases(&mut cases);
    client::cases(&mut cases);
    reqwest::cases(&mut cases);
    grpc::cases(&mut cases);
    cases
}
