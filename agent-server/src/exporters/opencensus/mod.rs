//! `opencensus`: sends spans and metrics to OpenCensus agents and collectors.
//!
//! The protocol acknowledges nothing but the end of a stream. So an attempt is a stream of its own:
//! opened, written, half-closed, and successful only when the peer ended it with OK after it had
//! read everything. What a stream that broke had brought is sent again.
//!
//! | file | what |
//! |---|---|
//! | `config` | what a user writes |
//! | `exporter` | one attempt |
//! | `pause` | time between attempts to connect |
//! | `translate` | OTLP to OpenCensus |
//!
//! Keys, defaults and what becomes of each status are in the folder's `README.md`.

mod config;
mod exporter;
mod pause;
#[cfg(test)]
mod tests;
mod translate;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::Config;
use self::exporter::OpenCensusExporter;
use crate::component::{BuildError, Context, Delivery, Factory};

/// The factory.
#[derive(Debug)]
pub(crate) struct OpenCensus;

impl Factory for OpenCensus {
    const TYPE: &'static str = "opencensus";
    const ABOUT: &'static str = "sends spans and metrics to OpenCensus agents and collectors";
    const SIGNALS: &'static [Signal] = &[Signal::Metrics, Signal::Traces];
    type Config = Config;
    type Component = Delivery;

    fn build(config: Config, context: Context) -> Result<Delivery, BuildError> {
        Ok(Delivery {
            settings: config.settings(),
            exporter: Arc::new(OpenCensusExporter::new(&config, &context)?),
        })
    }
}
