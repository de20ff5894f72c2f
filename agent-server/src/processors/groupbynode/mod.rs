//! `groupbynode`: brings what came from one node together.
//!
//! Entries of a payload with the same resource become one, and so do equal scopes within it. A
//! pipeline that receives OpenCensus has it without being told; see [`IMPLIED_BY`].

mod config;
mod process;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::Config;
use self::process::Nodes;
use crate::component::{BuildError, Context, Factory, Processing};

/// Its type in a configuration.
pub(crate) const TYPE: &str = "groupbynode";

/// The receiver whose pipelines have it unless they list one themselves.
pub(crate) const IMPLIED_BY: &str = "opencensus";

/// The factory.
#[derive(Debug)]
pub(crate) struct GroupByNode;

impl Factory for GroupByNode {
    const TYPE: &'static str = TYPE;
    const ABOUT: &'static str = "brings what came from one node together";
    const SIGNALS: &'static [Signal] = &Signal::ALL;
    type Config = Config;
    type Component = Processing;

    fn build(config: Config, _: Context) -> Result<Processing, BuildError> {
        Ok(Processing::Step(Arc::new(Nodes::new(config))))
    }
}
