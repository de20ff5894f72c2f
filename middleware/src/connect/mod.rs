//! The spans of connections: how long a client waits for DNS, TCP and TLS before it can send.
//!
//! ```text
//! call ---------- Connecting::start   only below a span that is current
//! ConnectFuture
//!   poll          context current     Err -> error    drop -> ended, an error only by a panic
//! ```

mod connecting;
mod future;
mod layer;
#[cfg(test)]
mod tests;

pub use self::future::ConnectFuture;
pub use self::layer::{ConnectorLayer, ConnectorService};
