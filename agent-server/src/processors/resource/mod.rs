//! `resource`: changes the attributes of resources.
//!
//! Spans, data points and log records are not looked at: what is sent on is the old request with
//! another head.

mod config;
mod process;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::{ATTRIBUTES, Config};
use self::process::Resources;
use super::actions::Plan;
use crate::component::{BuildError, Context, Factory, Processing};

/// The factory.
#[derive(Debug)]
pub(crate) struct Resource;

impl Factory for Resource {
    const TYPE: &'static str = "resource";
    const ABOUT: &'static str = "changes the attributes of resources";
    const SIGNALS: &'static [Signal] = &Signal::ALL;
    type Config = Config;
    type Component = Processing;

    fn build(config: Config, _: Context) -> Result<Processing, BuildError> {
        let plan = Plan::new(ATTRIBUTES, &config.attributes)?;
        Ok(Processing::Step(Arc::new(Resources::new(plan))))
    }
}
