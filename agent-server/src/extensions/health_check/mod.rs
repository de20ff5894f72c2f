//! The `health_check` extension: tells supervisors whether the agent takes spans.
//!
//! 200 while it does, 503 while it starts, stops or is short of memory, with the Collector's JSON. Anyone who can
//! connect may ask, whatever name they use for this machine: probes come by address.

mod config;
mod page;

#[cfg(test)]
mod tests;

pub use self::config::Config;
pub use self::page::HealthCheck;

use campanile_wire::otlp::Signal;

use crate::component::{BuildError, Context, Extension, Factory};

/// Builds the extension.
#[derive(Debug)]
pub struct HealthCheckFactory;

impl Factory for HealthCheckFactory {
    const TYPE: &'static str = "health_check";
    const ABOUT: &'static str = "tells supervisors whether the agent takes spans";
    const SIGNALS: &'static [Signal] = &[];
    type Config = Config;
    type Component = Box<dyn Extension>;

    fn build(config: Config, context: Context) -> Result<Self::Component, BuildError> {
        Ok(Box::new(HealthCheck::new(config, context)))
    }
}
