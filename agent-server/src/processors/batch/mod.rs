//! `batch`: joins small payloads before they are sent.
//!
//! It is an instruction to the lanes of its pipeline: batching happens [after the
//! queue](crate::delivery), so that nothing is acknowledged that waits outside of a bound, and every
//! exporter batches at its own pace.

mod config;
#[cfg(test)]
mod tests;

use campanile_wire::otlp::Signal;

use self::config::Config;
use crate::component::{BuildError, Context, Factory, Processing};

/// The factory.
#[derive(Debug)]
pub(crate) struct Batch;

impl Factory for Batch {
    const TYPE: &'static str = "batch";
    const ABOUT: &'static str = "joins small payloads before they are sent";
    const SIGNALS: &'static [Signal] = &Signal::ALL;
    type Config = Config;
    type Component = Processing;

    fn build(config: Config, _: Context) -> Result<Processing, BuildError> {
        Ok(Processing::Batch(config.settings()))
    }
}
