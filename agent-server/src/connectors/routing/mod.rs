//! `routing`: passes telemetry on to pipelines by conditions.
//!
//! Each row of the table has a condition in a [subset of OTTL](crate::ottl), on resources unless it
//! says otherwise, and the pipelines that what it holds for goes to.

mod config;
mod connector;
mod pick;
mod rows;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::Config;
use self::connector::Routing;
use crate::component::{BuildError, Connector, Context, Factory};

/// The factory.
#[derive(Debug)]
pub(crate) struct RoutingFactory;

impl Factory for RoutingFactory {
    const TYPE: &'static str = "routing";
    const ABOUT: &'static str = "passes telemetry on to pipelines by conditions";
    const SIGNALS: &'static [Signal] = &Signal::ALL;
    const CONNECTS: &'static [(Signal, Signal)] = &[
        (Signal::Logs, Signal::Logs),
        (Signal::Metrics, Signal::Metrics),
        (Signal::Traces, Signal::Traces),
    ];
    type Config = Config;
    type Component = Arc<dyn Connector>;

    fn build(config: Config, context: Context) -> Result<Arc<dyn Connector>, BuildError> {
        Ok(Arc::new(Routing::new(config, &context)?))
    }
}
