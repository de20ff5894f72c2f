//! The `jaeger` receiver: spans from Jaeger's clients and agents, and what they ask about sampling.
//!
//! ```yaml
//! receivers:
//!   jaeger:
//!     protocols:
//!       thrift_compact: { endpoint: 127.0.0.1:6831 }
//!       thrift_http:
//!     remote_sampling:
//!       strategies:
//!         default_strategy: { type: probabilistic, param: 0.1 }
//! ```
//!
//! Thrift is read from the wire without copying, and so is `api_v2`; both are translated to OTLP in
//! one walk. Over HTTP and gRPC a sender is told "accepted" once the pipeline has taken its batch.
//! Over UDP nobody can be told anything: the socket is read by one task that does nothing else, and
//! what its queue or the pipeline has no room for is counted.
//!
//! | file | what |
//! |---|---|
//! | `receiver` | the sockets |
//! | `udp` | the datagrams of 6831 and 6832 |
//! | `datagram` | one datagram: which call it is |
//! | `thrift_http` | `POST /api/traces` |
//! | `grpc` | `PostSpans` |
//! | `handover` | a batch to the pipeline, and what is counted |
//! | `translate` | Jaeger to OTLP |
//! | `sampling` | the sampling answers |
//!
//! Keys, defaults and status codes are in the folder's `README.md`.

mod config;
mod datagram;
mod grpc;
mod handover;
mod receiver;
mod sampling;
mod thrift_http;
mod translate;
mod udp;

use campanile_wire::otlp::Signal;

pub use self::config::{
    Config, Grpc, OperationStrategy, Protocols, RemoteSampling, SamplingGrpc, SamplingHttp,
    ServiceStrategy, Strategies, Strategy, StrategyType, ThriftBinary, ThriftCompact, ThriftHttp,
};
use crate::component::{BuildError, Context, Factory, Receiver};

#[cfg(test)]
mod tests;
/// For the exporter's tests, which go there and back.
#[cfg(test)]
pub(crate) use self::translate::post_spans;

/// Makes `jaeger` receivers.
#[derive(Clone, Copy, Debug)]
pub struct Jaeger;

impl Factory for Jaeger {
    const TYPE: &'static str = "jaeger";
    const ABOUT: &'static str = "receives spans from Jaeger clients and answers what to sample";
    const SIGNALS: &'static [Signal] = &[Signal::Traces];
    type Config = Config;
    type Component = Box<dyn Receiver>;

    fn build(config: Config, context: Context) -> Result<Self::Component, BuildError> {
        let receiver = receiver::JaegerReceiver::new(config, context)?;
        Ok(Box::new(receiver))
    }
}
