//! The `opencensus` receiver: the OpenCensus agent protocol, over gRPC and as JSON over HTTP.
//!
//! ```yaml
//! receivers:
//!   opencensus:
//!     endpoint: 127.0.0.1:55678
//! ```
//!
//! A library opens one long stream and says who it is (its node) in the first message. What it
//! sends is translated to OTLP message by message and handed to the pipeline; nothing is ever
//! answered but the end of the stream. While the pipeline has no room the stream is not read, and
//! HTTP/2's flow control holds the library back; only when that lasts does the stream end with
//! UNAVAILABLE.
//!
//! | file | what |
//! |---|---|
//! | `receiver` | the socket |
//! | `service` | the methods |
//! | `punctual` | a deadline for the rest of a message |
//! | `stream` | one `Export` stream, from its first message to the answer |
//! | `configure` | one `Config` stream: how libraries are to sample |
//! | `gateway` | the same messages as JSON |
//! | `request` and `bound` | a message, taken apart within limits |
//! | `sender` | the node rules |
//! | `handover` | handing over, and waiting for room |
//! | `nodes` | who is connected |
//! | `translate` | OpenCensus to OTLP |
//!
//! Keys, defaults and status codes are in the folder's `README.md`.

mod bound;
mod config;
mod configure;
mod gateway;
mod handover;

mod nodes;
mod punctual;
mod receiver;
mod request;
mod sender;
mod service;
mod stream;
mod translate;

use campanile_wire::otlp::Signal;

pub use self::config::Config;
pub use self::request::translate_message;
use crate::component::{BuildError, Context, Factory, Receiver};

#[cfg(test)]
mod tests;

/// Makes `opencensus` receivers.
#[derive(Clone, Copy, Debug)]
pub struct OpenCensus;

impl Factory for OpenCensus {
    const TYPE: &'static str = "opencensus";
    const ABOUT: &'static str = "receives spans and metrics from OpenCensus libraries and agents, and tells them how to sample";
    const SIGNALS: &'static [Signal] = &[Signal::Metrics, Signal::Traces];
    type Config = Config;
    type Component = Box<dyn Receiver>;

    /// The sampler is published to those who ask, now and whenever it changes.
    const LIVE: &'static [&'static str] = &["sampler"];

    fn apply(config: &Config, context: &Context) {
        let control = &context.shared.control;
        control.publish(&context.id, config.policy());
    }

    fn build(config: Config, context: Context) -> Result<Self::Component, BuildError> {
        Ok(Box::new(receiver::OpenCensusReceiver::new(config, context)))
    }
}
