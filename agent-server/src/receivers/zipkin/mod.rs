//! The `zipkin` receiver: spans of Zipkin v2 (JSON, protobuf) and v1 (JSON, Thrift) over HTTP.
//!
//! ```yaml
//! receivers:
//!   zipkin:
//!     endpoint: 127.0.0.1:9411
//! ```
//!
//! A list is read span by span and written into OTLP bytes as it is read; its sender is told 202
//! once the pipeline has taken it, and not before. A list with one bad span is refused as a whole,
//! as Zipkin does it: the answer names the span.
//!
//! | file | what |
//! |---|---|
//! | `receiver` | the socket |
//! | `http` | routes and answers |
//! | `format` | which of the four formats a body has |
//! | `translate` | Zipkin to OTLP |
//!
//! Reading the formats is `campanile_wire::zipkin`. Keys, defaults and status codes are in the
//! folder's `README.md`.
//!
//! Specification: <https://zipkin.io/zipkin-api/>.

mod config;
mod format;
mod http;
mod receiver;
mod translate;

use campanile_wire::otlp::Signal;

pub use self::config::Config;
use crate::component::{BuildError, Context, Factory, Receiver};

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

/// Makes `zipkin` receivers.
#[derive(Clone, Copy, Debug)]
pub struct Zipkin;

impl Factory for Zipkin {
    const TYPE: &'static str = "zipkin";
    const ABOUT: &'static str = "receives spans from Zipkin libraries and proxies";
    const SIGNALS: &'static [Signal] = &[Signal::Traces];
    type Config = Config;
    type Component = Box<dyn Receiver>;

    fn build(config: Config, context: Context) -> Result<Self::Component, BuildError> {
        Ok(Box::new(receiver::ZipkinReceiver::new(config, context)))
    }
}
