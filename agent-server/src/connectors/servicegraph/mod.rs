//! `servicegraph`: who calls whom, how often and for how long, as metrics.
//!
//! | file | what |
//! |---|---|
//! | `connector` | the connector |
//! | `end` | what a span says of its side of a call |
//! | `graph` | spans into edges, edges into series |
//! | `plan` | the configuration, made ready |
//! | `series` | what one edge of the graph counts, and its metrics |
//! | `store` | spans that wait for the other side |

mod config;
mod connector;
mod end;
mod graph;
mod plan;
mod series;
mod store;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::Config;
use self::connector::ServiceGraph;
use crate::component::{BuildError, Connector, Context, Factory};

/// The factory.
#[derive(Debug)]
pub(crate) struct ServiceGraphFactory;

impl Factory for ServiceGraphFactory {
    const TYPE: &'static str = "servicegraph";
    const ABOUT: &'static str =
        "counts who calls whom, made of client and server spans, as metrics";
    const SIGNALS: &'static [Signal] = &[Signal::Traces];
    const CONNECTS: &'static [(Signal, Signal)] = &[(Signal::Traces, Signal::Metrics)];
    type Config = Config;
    type Component = Arc<dyn Connector>;

    fn build(config: Config, context: Context) -> Result<Arc<dyn Connector>, BuildError> {
        Ok(Arc::new(ServiceGraph::new(&config, &context)))
    }
}
