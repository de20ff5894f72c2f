//! `memory_limiter`: how much memory the agent may take, and what happens beyond.
//!
//! It sets the limit of the agent's [memory](crate::admission), which receivers lease from before
//! they read, and refuses what came another way while the process has more than it should.

mod config;
mod limiter;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::Config;
use self::limiter::Limiter;
use crate::component::{BuildError, Context, Factory, Processing};

/// The factory.
#[derive(Debug)]
pub(crate) struct MemoryLimiter;

impl Factory for MemoryLimiter {
    const TYPE: &'static str = "memory_limiter";
    const ABOUT: &'static str = "bounds the agent's memory and tells senders to come back";
    const SIGNALS: &'static [Signal] = &Signal::ALL;
    type Config = Config;
    type Component = Processing;

    fn build(config: Config, context: Context) -> Result<Processing, BuildError> {
        let ceiling = config
            .ceiling(limiter::machine)
            .ok_or_else(|| BuildError::new("limit_percentage", limiter::UNKNOWN))?;
        Ok(Processing::Step(Arc::new(Limiter::new(ceiling, &context))))
    }
}
