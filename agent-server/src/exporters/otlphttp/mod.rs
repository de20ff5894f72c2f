//! `otlphttp`: sends OTLP over HTTP, as protobuf or JSON.
//!
//! Redirects are not followed and no proxy is used: telemetry, and the credentials in its headers,
//! go where the configuration says and nowhere else.
//!
//! Specification: <https://opentelemetry.io/docs/specs/otlp/#otlphttp>.

mod config;
mod exporter;
mod response;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::Config;
use self::exporter::OtlpHttpExporter;
use crate::component::{BuildError, Context, Delivery, Factory};

/// The factory.
#[derive(Debug)]
pub(crate) struct OtlpHttp;

impl Factory for OtlpHttp {
    const TYPE: &'static str = "otlphttp";
    const ALIASES: &'static [&'static str] = &["otlp_http"];
    const ABOUT: &'static str = "sends OTLP over HTTP";
    const SIGNALS: &'static [Signal] = &Signal::ALL;
    type Config = Config;
    type Component = Delivery;

    fn build(config: Config, context: Context) -> Result<Delivery, BuildError> {
        Ok(Delivery {
            settings: config.settings(),
            exporter: Arc::new(OtlpHttpExporter::new(&config, &context)?),
        })
    }
}
