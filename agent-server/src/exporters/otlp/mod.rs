//! `otlp`: sends OTLP over gRPC.
//!
//! The bytes of a payload are sent as they are. One HTTP/2 connection carries every attempt; it is
//! opened by the first one, and opened anew after an attempt that was given up without an answer,
//! because a connection may be dead long before the system says so.
//!
//! Specification: <https://opentelemetry.io/docs/specs/otlp/#otlpgrpc>.

mod config;
mod exporter;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

pub(super) use self::config::Config;
use self::exporter::OtlpExporter;
use crate::component::{BuildError, Context, Delivery, Factory};

/// The factory.
#[derive(Debug)]
pub(crate) struct Otlp;

impl Factory for Otlp {
    const TYPE: &'static str = "otlp";
    const ALIASES: &'static [&'static str] = &["otlp_grpc"];
    const ABOUT: &'static str = "sends OTLP over gRPC";
    const SIGNALS: &'static [Signal] = &Signal::ALL;
    type Config = Config;
    type Component = Delivery;

    fn build(config: Config, context: Context) -> Result<Delivery, BuildError> {
        Ok(Delivery {
            settings: config.settings(),
            exporter: Arc::new(OtlpExporter::new(&config, &context)?),
        })
    }
}
