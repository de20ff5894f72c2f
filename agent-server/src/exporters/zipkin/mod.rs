//! `zipkin`: sends spans to Zipkin, as JSON or protobuf of v2.
//!
//! Redirects are not followed, and no proxy is used but the configured one: telemetry, and the
//! credentials in its headers, go where the configuration says and nowhere else.
//!
//! What becomes of each part of a span is said in `translate`; the receiver of the same name
//! understands all of it.
//!
//! Specification: <https://zipkin.io/zipkin-api/>,
//! <https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/zipkin/>.

mod config;
mod exporter;
mod outcome;
#[cfg(test)]
mod tests;
mod translate;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::Config;
use self::exporter::ZipkinExporter;
use crate::component::{BuildError, Context, Delivery, Factory};

/// The factory.
#[derive(Debug)]
pub(crate) struct Zipkin;

impl Factory for Zipkin {
    const TYPE: &'static str = "zipkin";
    const ABOUT: &'static str = "sends spans to Zipkin";
    const SIGNALS: &'static [Signal] = &[Signal::Traces];
    type Config = Config;
    type Component = Delivery;

    fn build(config: Config, context: Context) -> Result<Delivery, BuildError> {
        Ok(Delivery {
            settings: config.settings(),
            exporter: Arc::new(ZipkinExporter::new(&config, &context)?),
        })
    }
}
