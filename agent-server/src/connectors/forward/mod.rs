//! `forward`: passes everything on to other pipelines, as it is.
//!
//! With it pipelines are joined (several that prepare, one that delivers) or split (one that
//! receives, several that deliver).

mod config;
mod connector;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::Config;
use self::connector::Forward;
use crate::component::{BuildError, Connector, Context, Factory};

/// The factory.
#[derive(Debug)]
pub(crate) struct ForwardFactory;

impl Factory for ForwardFactory {
    const TYPE: &'static str = "forward";
    const ABOUT: &'static str = "passes everything on to other pipelines";
    const SIGNALS: &'static [Signal] = &Signal::ALL;
    const CONNECTS: &'static [(Signal, Signal)] = &[
        (Signal::Logs, Signal::Logs),
        (Signal::Metrics, Signal::Metrics),
        (Signal::Traces, Signal::Traces),
    ];
    type Config = Config;
    type Component = Arc<dyn Connector>;

    fn build(_: Config, _: Context) -> Result<Arc<dyn Connector>, BuildError> {
        Ok(Arc::new(Forward))
    }
}
