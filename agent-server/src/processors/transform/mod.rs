//! `transform`: changes telemetry by statements.
//!
//! Statements are written in a [subset of OTTL](crate::ottl) and run in their order. Only messages
//! that a statement changes are written anew; the rest of a payload is copied, fields that are not
//! known here included.

mod config;
mod pass;
mod processor;
mod sections;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::Config;
use self::processor::Transform;
use crate::component::{BuildError, Context, Factory, Processing};

/// The factory.
#[derive(Debug)]
pub(crate) struct TransformFactory;

impl Factory for TransformFactory {
    const TYPE: &'static str = "transform";
    const ABOUT: &'static str = "changes telemetry by statements";
    const SIGNALS: &'static [Signal] = &Signal::ALL;
    type Config = Config;
    type Component = Processing;

    fn build(config: Config, context: Context) -> Result<Processing, BuildError> {
        let transform = Transform::new(&config, context.id)?;
        Ok(Processing::Step(Arc::new(transform)))
    }
}
