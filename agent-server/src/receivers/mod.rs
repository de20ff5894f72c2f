//! Receivers: one folder each. To add one, write the folder, its `mod` line and its list line.
//!
//! What several of them need stands beside the folders: counting (`counters`), the gRPC side of an
//! answer (`grpc`), and pieces of configuration (`transport`, `unsupported`).

mod counters;
mod grpc;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod transport;
mod unsupported;

pub mod opencensus;
pub mod otlp;

pub use self::transport::Transport;
pub use self::unsupported::Unsupported;
use crate::component::{Entry, Receiver};

/// Every receiver the agent knows.
pub static RECEIVERS: &[Entry<Box<dyn Receiver>>] = &[
    Entry::of::<opencensus::OpenCensus>(),
    Entry::of::<otlp::Otlp>(),
];
