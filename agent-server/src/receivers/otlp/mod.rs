//! The `otlp` receiver: OTLP over gRPC and over HTTP, traces, metrics and logs.
//!
//! ```yaml
//! receivers:
//!   otlp:
//!     protocols:
//!       grpc: { endpoint: 127.0.0.1:4317 }
//!       http: { endpoint: 127.0.0.1:4318 }
//! ```
//!
//! Requests are not decoded: one scan counts what they hold, a second walk refuses what a backend
//! would choke on, and the bytes go on as they came. JSON is transcoded to the same bytes first. A
//! sender is told "accepted" once the pipeline has taken its request, and not before.
//!
//! | file | what |
//! |---|---|
//! | `receiver` | the two sockets |
//! | `grpc` | the gRPC side |
//! | `http` | the HTTP side |
//! | `answer` | responses in the request's content type |
//!
//! Keys, defaults and status codes are in the folder's `README.md`.
//!
//! Specification: <https://opentelemetry.io/docs/specs/otlp/>.

mod answer;
mod config;
mod grpc;
mod http;
mod receiver;

use campanile_wire::otlp::Signal;

pub use self::config::{Config, Grpc, Http, Protocols};
use crate::component::{BuildError, Context, Factory, Receiver};

#[cfg(test)]
mod tests;

/// Makes `otlp` receivers.
#[derive(Clone, Copy, Debug)]
pub struct Otlp;

impl Factory for Otlp {
    const TYPE: &'static str = "otlp";
    const ABOUT: &'static str = "receives OTLP over gRPC and HTTP (protobuf and JSON)";
    const SIGNALS: &'static [Signal] = &Signal::ALL;
    type Config = Config;
    type Component = Box<dyn Receiver>;

    fn build(config: Config, context: Context) -> Result<Self::Component, BuildError> {
        Ok(Box::new(receiver::OtlpReceiver::new(config, context)))
    }
}
