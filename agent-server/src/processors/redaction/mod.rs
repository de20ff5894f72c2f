//! `redaction`: removes attributes that are not allowed, and masks what must not be seen in values.
//!
//! | file | what |
//! |---|---|
//! | `rules` | what happens to one attribute: a pure decision |
//! | `body` | the walk through the body of a log record |
//! | `mask` | what stands in place of a value or a part of it |
//! | `process` | the walk through a payload |
//! | `summary` | the attributes that say what was done |

mod body;
mod config;
mod mask;
mod process;
mod rules;
mod summary;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::Config;
use self::process::Redaction;
use crate::component::{BuildError, Context, Factory, Processing};

/// The factory.
#[derive(Debug)]
pub(crate) struct RedactionFactory;

impl Factory for RedactionFactory {
    const TYPE: &'static str = "redaction";
    const ABOUT: &'static str = "removes and masks what must not be seen";
    const SIGNALS: &'static [Signal] = &Signal::ALL;
    type Config = Config;
    type Component = Processing;

    fn build(config: Config, _: Context) -> Result<Processing, BuildError> {
        Ok(Processing::Step(Arc::new(Redaction::new(&config)?)))
    }
}
