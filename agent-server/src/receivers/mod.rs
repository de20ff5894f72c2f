//! Receivers: one folder each. To add one, write the folder, its `mod` line and its list line.
//!
//! What several of them need stands beside the folders, in the order in which a request meets it:
//! pieces of configuration (`transport`, `unsupported`), its body within limits (`body`,
//! `inflate`), from bytes to payload to pipeline (`intake`), counting (`counters`), and the answer
//! (`failure` for HTTP, `grpc`).

mod body;
mod counters;
mod failure;
mod grpc;
mod inflate;
mod intake;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod transport;
mod unsupported;

pub mod opencensus;
pub mod otlp;
pub mod prometheus;

pub use self::transport::Transport;
pub use self::unsupported::Unsupported;
use crate::component::{Entry, Receiver};

/// Every receiver the agent knows.
pub static RECEIVERS: &[Entry<Box<dyn Receiver>>] = &[
    Entry::of::<opencensus::OpenCensus>(),
    Entry::of::<otlp::Otlp>(),
    Entry::of::<prometheus::Prometheus>(),
];
