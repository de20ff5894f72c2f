//! The `prometheus` exporter: a page that Prometheus scrapes.
//!
//! The page holds the latest point of each series. Points enter through the pipeline, whose
//! payloads are translated by [`campanile_wire::prometheus`]; a scrape writes what is there, which
//! costs the pipeline nothing but the lock.
//!
//! # Limits
//!
//! What is kept is bounded in series and bytes; what comes beyond is dropped and counted. Eight
//! pages are written or sent at a time, and each has 30 s to arrive: a slow scraper holds a page,
//! not the exporter.

mod accumulate;
mod config;
mod exporter;
mod page;
mod render;
mod respond;
mod series;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::Config;
use self::exporter::PrometheusExporter;
use crate::component::{BuildError, Context, Delivery, Factory};

/// The factory.
#[derive(Debug)]
pub(crate) struct Prometheus;

impl Factory for Prometheus {
    const TYPE: &'static str = "prometheus";
    const ABOUT: &'static str = "serves metrics on a page for Prometheus to scrape";
    const SIGNALS: &'static [Signal] = &[Signal::Metrics];
    type Config = Config;
    type Component = Delivery;

    fn build(config: Config, context: Context) -> Result<Delivery, BuildError> {
        Ok(Delivery {
            settings: Config::delivery(),
            exporter: Arc::new(PrometheusExporter::new(config, context)),
        })
    }
}
