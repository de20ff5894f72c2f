//! A job, ready to run.

use std::collections::BTreeMap;
use std::time::Duration;

use http::HeaderValue;
use regex::Regex;

use super::config::{Config, FileDiscovery, Global, HttpDiscovery, ScrapeConfig};
use super::discovery::Group;
use super::labels::Labels;
use super::parse::Format;
use super::relabel::Rules;
use super::scrape::{Http, accept};
use super::target::Target;
use super::translate::{Collector, LabelLimits, Naming};
use crate::component::BuildError;
use crate::config::HumanDuration;

/// The largest answer, unless the configuration says otherwise.
const MAX_BODY: u64 = 64 << 20;

/// What the targets of a job have in common.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) name: String,
    pub(super) accept: HeaderValue,
    pub(super) body_limit: usize,
    pub(super) compression: bool,
    pub(super) external_labels: Labels<'static>,
    pub(super) fallback: Option<Format>,
    pub(super) files: Vec<FileDiscovery>,
    pub(super) honor_labels: bool,
    pub(super) honor_timestamps: bool,
    pub(super) http: Http,
    pub(super) interval: Duration,
    pub(super) limits: LabelLimits,
    pub(super) metric_relabel: Rules,
    pub(super) naming: Naming,
    pub(super) params: BTreeMap<String, Vec<String>>,
    pub(super) path: String,
    pub(super) relabel: Rules,
    pub(super) report_extra: bool,
    pub(super) scheme: &'static str,
    /// The metric that says when a target began, if it is to count.
    pub(super) start_metric: Option<Regex>,
    pub(super) statics: Vec<Group>,
    pub(super) target_limit: usize,
    pub(super) timeout: Duration,
    pub(super) track_dated: bool,
    pub(super) urls: Vec<(HttpDiscovery, Http)>,
}

impl Job {
    /// Reads what job number `index` of `config` needs.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or an expression is not valid.
    pub(super) fn new(
        config: &Config,
        index: usize,
        job: &ScrapeConfig,
    ) -> Result<Self, BuildError> {
        let key = format!("config.scrape_configs[{index}]");
        let global = &config.config.global;
        let wrong = |error: regex::Error| BuildError::new(key.clone(), error.to_string());
        let interval = job.scrape_interval.unwrap_or(global.scrape_interval).0;
        let timeout = job.scrape_timeout.unwrap_or(global.scrape_timeout).0;
        let protocols = job.scrape_protocols.as_ref();
        let with_tls = job.scheme.name() == "https";
        Ok(Self {
            name: job.job_name.clone(),
            accept: accept(protocols.unwrap_or(&global.scrape_protocols)),
            body_limit: body_limit(job, global),
            compression: job.enable_compression.0,
            external_labels: own(&global.external_labels),
            fallback: job.fallback_scrape_protocol.map(|one| one.format()),
            files: job.file_sd_configs.clone(),
            honor_labels: job.honor_labels,
            honor_timestamps: job.honor_timestamps.0,
            http: Http::new(&job.http(), &key, with_tls)?,
            interval,
            limits: limits(job, global),
            metric_relabel: Rules::new(&job.metric_relabel_configs).map_err(wrong)?,
            naming: match config.trim_metric_suffixes {
                true => Naming::Trimmed,
                false => Naming::Kept,
            },
            params: job.params.clone(),
            path: job.metrics_path.0.clone(),
            relabel: Rules::new(&job.relabel_configs).map_err(wrong)?,
            report_extra: config.report_extra_scrape_metrics,
            scheme: job.scheme.name(),
            start_metric: start_metric(config).map_err(wrong)?,
            statics: statics(job),
            target_limit: or(job.target_limit, global.target_limit),
            timeout: timeout.min(interval),
            track_dated: job.track_timestamps_staleness,
            urls: urls(job, &key)?,
        })
    }

    /// What happens to the samples of `target`.
    pub(super) fn collector<'c>(&'c self, target: &'c Target) -> Collector<'c> {
        Collector {
            external_labels: &self.external_labels,
            honor_labels: self.honor_labels,
            honor_timestamps: self.honor_timestamps,
            limits: self.limits,
            naming: self.naming,
            rules: &self.metric_relabel,
            target: &target.labels,
        }
    }

    /// The labels that every target of the job begins with.
    pub(super) fn defaults(&self) -> Labels<'_> {
        let mut labels: Labels<'_> = [
            ("job", self.name.clone()),
            ("__metrics_path__", self.path.clone()),
            ("__scheme__", self.scheme.to_owned()),
            (
                "__scrape_interval__",
                HumanDuration(self.interval).to_string(),
            ),
            (
                "__scrape_timeout__",
                HumanDuration(self.timeout).to_string(),
            ),
        ]
        .into_iter()
        .collect();
        for (name, values) in &self.params {
            if let Some(first) = values.first() {
                labels.set(format!("__param_{name}"), first.clone());
            }
        }
        labels
    }
}

/// `own`, or where it is 0 what all jobs have.
fn or(own: usize, global: usize) -> usize {
    if own == 0 { global } else { own }
}

fn body_limit(job: &ScrapeConfig, global: &Global) -> usize {
    let limits = [job.body_size_limit.0, global.body_size_limit.0];
    let limit = limits.into_iter().find(|limit| *limit > 0);
    usize::try_from(limit.unwrap_or(MAX_BODY)).unwrap_or(usize::MAX)
}

fn limits(job: &ScrapeConfig, global: &Global) -> LabelLimits {
    LabelLimits {
        labels: or(job.label_limit, global.label_limit),
        name_bytes: or(job.label_name_length_limit, global.label_name_length_limit),
        value_bytes: or(
            job.label_value_length_limit,
            global.label_value_length_limit,
        ),
        samples: or(job.sample_limit, global.sample_limit),
    }
}

fn own(labels: &BTreeMap<String, String>) -> Labels<'static> {
    let pairs = labels.iter();
    pairs
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn statics(job: &ScrapeConfig) -> Vec<Group> {
    let group = |config: &super::config::StaticConfig| Group {
        targets: config.targets.clone(),
        labels: config.labels.clone(),
    };
    job.static_configs.iter().map(group).collect()
}

fn start_metric(config: &Config) -> Result<Option<Regex>, regex::Error> {
    let expression = match config.start_time_metric_regex.as_str() {
        "" => "^process_start_time_seconds$",
        expression => expression,
    };
    let wanted = config.use_start_time_metric;
    wanted.then(|| Regex::new(expression)).transpose()
}

fn urls(job: &ScrapeConfig, key: &str) -> Result<Vec<(HttpDiscovery, Http)>, BuildError> {
    let with_client = |(index, one): (usize, &HttpDiscovery)| {
        let key = format!("{key}.http_sd_configs[{index}]");
        let with_tls = one.url.starts_with("https:");
        Ok((one.clone(), Http::new(&one.http(), &key, with_tls)?))
    };
    job.http_sd_configs
        .iter()
        .enumerate()
        .map(with_client)
        .collect()
}
