//! `filter`: drops spans, events, metrics, points and log records on conditions.
//!
//! Conditions are written in a [subset of OTTL](crate::ottl). What any of them holds for is
//! dropped, and counted as filtered; a scope, resource or metric that loses its last item goes
//! with it.

mod config;
mod pass;
mod processor;
mod rules;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::Config;
use self::processor::Filter;
use crate::component::{BuildError, Context, Factory, Processing};

/// The factory.
#[derive(Debug)]
pub(crate) struct FilterFactory;

impl Factory for FilterFactory {
    const TYPE: &'static str = "filter";
    const ABOUT: &'static str = "drops spans, metrics and log records on conditions";
    const SIGNALS: &'static [Signal] = &Signal::ALL;
    type Config = Config;
    type Component = Processing;

    fn build(config: Config, context: Context) -> Result<Processing, BuildError> {
        let filter = Filter::new(&config, context.id)?;
        Ok(Processing::Step(Arc::new(filter)))
    }
}
