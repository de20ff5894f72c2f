//! What a user writes: Prometheus's own configuration below `config`, and beside it the Collector's
//! keys.

mod check;
mod discovery;
mod global;
mod http;
mod job;
mod relabel;
mod tls;
mod values;

use std::collections::HashSet;

use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::check::Found;
pub use self::discovery::{FileDiscovery, HttpDiscovery, StaticConfig};
pub use self::global::Global;
pub(super) use self::http::HttpConfig;
pub use self::http::{Authorization, BasicAuth};
pub use self::job::ScrapeConfig;
pub use self::relabel::{Action, RelabelConfig};
pub use self::tls::TlsConfig;
pub use self::values::{MetricsPath, On, Scheme, ScrapeProtocol};
use crate::component::{Invalid, Validate};
use crate::receivers::unsupported::Unsupported;

/// The `prometheus` receiver's configuration. Keys and meaning are Prometheus's and the
/// Collector's, as far as they are supported; those that are not are refused by name.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Prometheus's configuration. Required: at least one job.
    pub config: PrometheusConfig,
    /// Whether `scrape_timeout_seconds`, `scrape_sample_limit` and `scrape_body_size_bytes` are
    /// reported for each target. Default false.
    pub report_extra_scrape_metrics: bool,
    /// The metric that `use_start_time_metric` takes, as an expression. Default
    /// `process_start_time_seconds`.
    pub start_time_metric_regex: String,
    /// Whether suffixes for type and unit are taken off names. Default false.
    pub trim_metric_suffixes: bool,
    /// Whether what a target counts began when one of its metrics says. Default false: when it was
    /// first seen, or began anew.
    pub use_start_time_metric: bool,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub api_server: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub target_allocator: Unsupported,
}

/// Prometheus's configuration, as far as it concerns scraping.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct PrometheusConfig {
    /// What every job has unless it says otherwise.
    pub global: Global,
    /// The jobs. Required.
    pub scrape_configs: Vec<ScrapeConfig>,
    /// Refused: has no place in a receiver.
    #[serde(skip_serializing)]
    pub alerting: Unsupported,
    /// Refused: has no place in a receiver.
    #[serde(skip_serializing)]
    pub otlp: Unsupported,
    /// Refused: has no place in a receiver.
    #[serde(skip_serializing)]
    pub remote_read: Unsupported,
    /// Refused: has no place in a receiver.
    #[serde(skip_serializing)]
    pub remote_write: Unsupported,
    /// Refused: has no place in a receiver.
    #[serde(skip_serializing)]
    pub rule_files: Unsupported,
    /// Refused: has no place in a receiver.
    #[serde(skip_serializing)]
    pub runtime: Unsupported,
    /// Refused: has no place in a receiver.
    #[serde(skip_serializing)]
    pub scrape_config_files: Unsupported,
    /// Refused: has no place in a receiver.
    #[serde(skip_serializing)]
    pub storage: Unsupported,
    /// Refused: has no place in a receiver.
    #[serde(skip_serializing)]
    pub tracing: Unsupported,
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let mut invalid = Vec::new();
        let mut found = Found::new(&mut invalid);
        found.refuse(&[
            ("api_server", self.api_server),
            ("target_allocator", self.target_allocator),
        ]);
        if Regex::new(&self.start_time_metric_regex).is_err() {
            found.add("start_time_metric_regex", "is not a valid expression");
        }
        self.config.check(&mut found.at("config"));
        invalid
    }
}

impl PrometheusConfig {
    fn check(&self, found: &mut Found<'_>) {
        self.global.check(&mut found.at("global"));
        found.refuse(&[
            ("alerting", self.alerting),
            ("otlp", self.otlp),
            ("remote_read", self.remote_read),
            ("remote_write", self.remote_write),
            ("rule_files", self.rule_files),
            ("runtime", self.runtime),
            ("scrape_config_files", self.scrape_config_files),
            ("storage", self.storage),
            ("tracing", self.tracing),
        ]);
        if self.scrape_configs.is_empty() {
            found.add("scrape_configs", "is required: what to scrape");
        }
        let mut names = HashSet::new();
        for (index, job) in self.scrape_configs.iter().enumerate() {
            let mut found = found.item("scrape_configs", index);
            if !names.insert(&job.job_name) {
                found.add("job_name", "is the name of another job too");
            }
            job.check(&mut found);
            self.check_timeout(job, &mut found);
        }
    }

    /// A scrape must be over before the next begins.
    fn check_timeout(&self, job: &ScrapeConfig, found: &mut Found<'_>) {
        let interval = job.scrape_interval.unwrap_or(self.global.scrape_interval);
        if job.scrape_timeout.is_some_and(|timeout| timeout > interval) {
            found.add(
                "scrape_timeout",
                format!("is longer than the interval, {interval}"),
            );
        }
    }
}
