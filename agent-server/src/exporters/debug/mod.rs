//! `debug`: writes what passes to the agent's log, or to a stream, for people who look at their
//! telemetry.
//!
//! | verbosity | what is written |
//! |---|---|
//! | `basic` | one line per payload: how much of what |
//! | `normal` | and one line per span, data point or log record |
//! | `detailed` | and every field of every span, metric or log record |
//!
//! Names and values come from outside: they are quoted, so that none can forge a line.

mod config;
mod detailed;
mod exporter;
mod normal;
mod output;
mod sampling;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::Config;
use self::exporter::DebugExporter;
use crate::component::{BuildError, Context, Delivery, Factory};

/// The factory.
#[derive(Debug)]
pub(crate) struct Debug;

impl Factory for Debug {
    const TYPE: &'static str = "debug";
    const ABOUT: &'static str = "writes what passes to the agent's log or to a stream";
    const SIGNALS: &'static [Signal] = &Signal::ALL;
    type Config = Config;
    type Component = Delivery;

    fn build(config: Config, context: Context) -> Result<Delivery, BuildError> {
        Ok(Delivery {
            settings: config.settings(),
            exporter: Arc::new(DebugExporter::new(&config, context.id)),
        })
    }
}
