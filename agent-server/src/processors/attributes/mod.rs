//! `attributes`: changes the attributes of spans, data points and log records, of all or of those
//! that a filter names.
//!
//! | file | what |
//! |---|---|
//! | `config` | what a user writes |
//! | `filter` | which items are meant, decided on what is on the wire |
//! | `process` | the step |
//!
//! The actions are those of [`resource`](super::resource).

mod config;
mod filter;
mod process;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::{ACTIONS, Config};
use self::filter::Filter;
use self::process::Items;
use super::actions::Plan;
use crate::component::{BuildError, Context, Factory, Processing};

/// The factory.
#[derive(Debug)]
pub(crate) struct Attributes;

impl Factory for Attributes {
    const TYPE: &'static str = "attributes";
    const ABOUT: &'static str = "changes the attributes of spans, data points and log records";
    const SIGNALS: &'static [Signal] = &Signal::ALL;
    type Config = Config;
    type Component = Processing;

    fn build(config: Config, _: Context) -> Result<Processing, BuildError> {
        let plan = Plan::new(ACTIONS, &config.actions)?;
        let filter = Filter::new(&config)?;
        Ok(Processing::Step(Arc::new(Items::new(plan, filter))))
    }
}
