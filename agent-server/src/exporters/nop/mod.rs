//! `nop`: takes everything and keeps nothing. What it took is counted like with any exporter
//! (`otelcol_exporter_sent_spans`).

mod exporter;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::exporter::{Config, NopExporter};
use crate::component::{BuildError, Context, Delivery, Factory};
use crate::delivery::DeliverySettings;

/// The factory.
#[derive(Debug)]
pub(crate) struct Nop;

impl Factory for Nop {
    const TYPE: &'static str = "nop";
    const ABOUT: &'static str = "takes everything and keeps nothing";
    const SIGNALS: &'static [Signal] = &Signal::ALL;
    type Config = Config;
    type Component = Delivery;

    fn build(Config {}: Config, _: Context) -> Result<Delivery, BuildError> {
        Ok(Delivery {
            exporter: Arc::new(NopExporter),
            settings: DeliverySettings {
                passes: true,
                ..DeliverySettings::default()
            },
        })
    }
}
