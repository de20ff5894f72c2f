//! The `prometheus` receiver: scrapes targets as Prometheus does.
//!
//! ```yaml
//! receivers:
//!   prometheus:
//!     config:
//!       scrape_configs:
//!         - job_name: node
//!           scrape_interval: 15s
//!           static_configs: [{ targets: ["127.0.0.1:9100"] }]
//! ```
//!
//! Every target has a task that asks it in its own rhythm. What it answers becomes one OTLP
//! request, or several where it is large. One that the pipeline refuses is counted and gone, for
//! the next scrape has newer values. A series that is missing from an answer ends with a point that
//! says so, and all series of a target end when it does not answer or is no longer a target.
//!
//! | file | what |
//! |---|---|
//! | `receiver`, `manager` | the tasks of jobs, and which targets they have |
//! | `discovery` | lists of targets in files and behind URLs |
//! | `target`, `job` | what is scraped, and how |
//! | `scrape` | the task of a target, from request to payload |
//! | [`parse`] | the text formats |
//! | `relabel`, `labels` | labels, and steps that change them |
//! | `translate` | samples to OTLP |
//! | `series` | when series begin and end |
//!
//! Keys, defaults and differences from Prometheus and the Collector are in the folder's
//! `README.md`.

mod config;
pub mod discovery;
mod job;
mod labels;
mod manager;
pub mod parse;
mod receiver;
mod relabel;
mod scrape;
mod series;
mod target;
#[cfg(test)]
mod tests;
mod translate;

use campanile_wire::otlp::Signal;

pub use self::config::{
    Action, Authorization, BasicAuth, Config, FileDiscovery, Global, HttpDiscovery, MetricsPath,
    On, PrometheusConfig, RelabelConfig, Scheme, ScrapeConfig, ScrapeProtocol, StaticConfig,
    TlsConfig,
};
use crate::component::{BuildError, Context, Factory, Receiver};

/// Makes `prometheus` receivers.
#[derive(Clone, Copy, Debug)]
pub struct Prometheus;

impl Factory for Prometheus {
    const TYPE: &'static str = "prometheus";
    const ABOUT: &'static str = "scrapes targets that expose metrics as Prometheus reads them";
    const SIGNALS: &'static [Signal] = &[Signal::Metrics];
    type Config = Config;
    type Component = Box<dyn Receiver>;

    fn build(config: Config, context: Context) -> Result<Self::Component, BuildError> {
        Ok(Box::new(receiver::PrometheusReceiver::new(
            &config, context,
        )?))
    }
}
