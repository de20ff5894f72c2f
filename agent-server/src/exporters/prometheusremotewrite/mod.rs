//! The `prometheusremotewrite` exporter: writes metrics to anything that takes remote write 1.0.
//!
//! A payload becomes one request or, beyond `max_batch_size_bytes`, several. An attempt that is
//! repeated begins with the first request that was not answered, so that what the destination has
//! taken is not written again: it would refuse it as out of order.
//!
//! Specification: <https://prometheus.io/docs/specs/prw/remote_write_spec/>.

mod batch;
mod config;
mod exporter;
mod gather;
mod outcome;
mod progress;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::Config;
use self::exporter::RemoteWriteExporter;
use crate::component::{BuildError, Context, Delivery, Factory};

/// The factory.
#[derive(Debug)]
pub(crate) struct PrometheusRemoteWrite;

impl Factory for PrometheusRemoteWrite {
    const TYPE: &'static str = "prometheusremotewrite";
    const ABOUT: &'static str = "writes metrics to Prometheus and alike by remote write";
    const SIGNALS: &'static [Signal] = &[Signal::Metrics];
    type Config = Config;
    type Component = Delivery;

    fn build(config: Config, context: Context) -> Result<Delivery, BuildError> {
        Ok(Delivery {
            settings: config.delivery(),
            exporter: Arc::new(RemoteWriteExporter::new(&config, &context)?),
        })
    }
}
