//! Receivers: one folder each. To add one, write the folder, its `mod` line and its list line.
//!
//! What several of them need stands beside the folders, in the order in which a request meets it:
//! pieces of configuration (`algorithms`, `transport`, `unsupported`), its body within limits
//! (`body`, `inflate`, `unary`), from bytes to payload to pipeline (`intake`), counting
//! (`counters`), and the answer (`failure` for HTTP, `grpc`).

mod algorithms;
mod body;
mod counters;
mod failure;
mod grpc;
mod hostmetrics;
mod inflate;
mod intake;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod transport;
mod unary;
mod unsupported;

pub mod jaeger;
pub mod opencensus;
pub mod otlp;
pub mod prometheus;
pub mod zipkin;

use axum::extract::ConnectInfo;

pub use self::algorithms::CompressionAlgorithms;
pub use self::transport::Transport;
pub(crate) use self::unsupported::refuse;
pub use self::unsupported::{Unsupported, WithoutEffect};
use crate::component::{Entry, Receiver};
use crate::serve::Peer;

/// Every receiver the agent knows.
pub static RECEIVERS: &[Entry<Box<dyn Receiver>>] = &[
    Entry::of::<hostmetrics::HostMetrics>(),
    Entry::of::<jaeger::Jaeger>(),
    Entry::of::<opencensus::OpenCensus>(),
    Entry::of::<otlp::Otlp>(),
    Entry::of::<prometheus::Prometheus>(),
    Entry::of::<zipkin::Zipkin>(),
];

/// Who sent a request; nobody knows of one that came over a Unix socket.
fn peer<B>(request: &http::Request<B>) -> Option<std::net::IpAddr> {
    let info = request.extensions().get::<ConnectInfo<Peer>>();
    info.and_then(|ConnectInfo(peer)| peer.ip())
}
