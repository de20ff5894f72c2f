//! `spanmetrics`: counts spans and how long they took, as metrics.
//!
//! | file | what |
//! |---|---|
//! | `aggregate` | which resource and series a span counts in, and the bounds of both |
//! | `connector` | the connector |
//! | `dimensions` | what tells series apart, read from a span |
//! | `plan` | the configuration, made ready |
//! | `series` | what one series counts |
//! | `write` | what is due, as OTLP |

mod aggregate;
mod config;
mod connector;
mod dimensions;
mod plan;
mod series;
#[cfg(test)]
mod tests;
mod validate;
mod write;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::Config;
use self::connector::SpanMetrics;
use crate::component::{BuildError, Connector, Context, Factory};

/// The factory.
#[derive(Debug)]
pub(crate) struct SpanMetricsFactory;

impl Factory for SpanMetricsFactory {
    const TYPE: &'static str = "spanmetrics";
    const ABOUT: &'static str = "counts spans and how long they took, as metrics";
    const SIGNALS: &'static [Signal] = &[Signal::Traces];
    const CONNECTS: &'static [(Signal, Signal)] = &[(Signal::Traces, Signal::Metrics)];
    type Config = Config;
    type Component = Arc<dyn Connector>;

    fn build(config: Config, context: Context) -> Result<Arc<dyn Connector>, BuildError> {
        Ok(Arc::new(SpanMetrics::new(&config, &context)))
    }
}
