//! `spanmetrics`: counts spans and how long they took, as metrics.
//!
//! | file | what |
//! |---|---|
//! | `aggregate` | which resource a span counts in, and which are written and given up |
//! | `connector` | the connector |
//! | `count` | which series a span counts in |
//! | `dimensions` | what tells series apart, read from a span |
//! | `plan` | the configuration, made ready |
//! | `resource` | the series of one resource, and what tells it apart |
//! | `series` | what one series counts |
//! | `usage` | what is in use, and how much may be |
//! | `write` | what is due, as OTLP |

mod aggregate;
mod config;
mod connector;
mod count;
mod dimensions;
mod plan;
mod resource;
mod series;
#[cfg(test)]
mod tests;
mod usage;
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
