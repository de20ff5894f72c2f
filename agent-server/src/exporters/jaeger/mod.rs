//! `jaeger`: sends spans to Jaeger over gRPC, `api_v2` `PostSpans`.
//!
//! ```yaml
//! exporters:
//!   jaeger:
//!     endpoint: jaeger.example:14250
//!     tls: { insecure: true }
//! ```
//!
//! For collectors that do not take OTLP, which Jaeger's do since 1.35. A payload is one call: the
//! batch's process is that of its first resource, and spans of other resources carry their own.
//!
//! Its keys are those of `otlp`. How OTLP becomes Jaeger, and what is kept in tags, is in `translate`.

mod exporter;
#[cfg(test)]
mod tests;
mod translate;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::exporter::JaegerExporter;
use crate::component::{BuildError, Context, Delivery, Factory};
use crate::delivery::DeliverySettings;
use crate::exporters::otlp::Config;

/// The factory.
#[derive(Debug)]
pub(crate) struct Jaeger;

impl Factory for Jaeger {
    const TYPE: &'static str = "jaeger";
    const ABOUT: &'static str = "sends spans to Jaeger over gRPC";
    const SIGNALS: &'static [Signal] = &[Signal::Traces];
    type Config = Config;
    type Component = Delivery;

    fn build(config: Config, context: Context) -> Result<Delivery, BuildError> {
        Ok(Delivery {
            settings: DeliverySettings {
                // The spans are looked into.
                passes: false,
                ..config.settings()
            },
            exporter: Arc::new(JaegerExporter::new(&config, &context)?),
        })
    }
}
