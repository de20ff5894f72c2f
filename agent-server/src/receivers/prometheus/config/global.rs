//! What every job has unless it says otherwise.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::Found;
use super::values::ScrapeProtocol;
use crate::config::{ByteSize, HumanDuration};
use crate::receivers::prometheus::parse::is_label_name;
use crate::receivers::unsupported::Unsupported;

/// What every job has unless it says otherwise.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Global {
    /// The largest answer, before and after decompression. Default 0: 64 MiB.
    pub body_size_limit: ByteSize,
    /// Without effect: nothing is evaluated here. Default 1m.
    pub evaluation_interval: HumanDuration,
    /// Labels that every sample gets unless it has them. Default none.
    pub external_labels: BTreeMap<String, String>,
    /// Labels that a sample may have; one with more fails the scrape. Default 0: no limit.
    pub label_limit: usize,
    /// Bytes that a label's name may have. Default 0: no limit.
    pub label_name_length_limit: usize,
    /// Bytes that a label's value may have. Default 0: no limit.
    pub label_value_length_limit: usize,
    /// Samples that an answer may have after relabelling; more fail the scrape. Default 0: no
    /// limit.
    pub sample_limit: usize,
    /// The time between two scrapes of a target. Default 1m.
    pub scrape_interval: HumanDuration,
    /// The formats to ask for, the best first. Default OpenMetricsText1.0.0,
    /// OpenMetricsText0.0.1, PrometheusText1.0.0, PrometheusText0.0.4.
    pub scrape_protocols: Vec<ScrapeProtocol>,
    /// How long a scrape may take. Default 10s.
    pub scrape_timeout: HumanDuration,
    /// Targets that a job may have; with more, none of them is scraped. Default 0: no limit.
    pub target_limit: usize,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub always_scrape_classic_histograms: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub convert_classic_histograms_to_nhcb: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub keep_dropped_targets: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub metric_name_escaping_scheme: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub metric_name_validation_scheme: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub query_log_file: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub rule_query_offset: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub scrape_failure_log_file: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub scrape_native_histograms: Unsupported,
}

impl Default for Global {
    fn default() -> Self {
        Self {
            body_size_limit: ByteSize(0),
            evaluation_interval: HumanDuration(Duration::from_secs(60)),
            external_labels: BTreeMap::new(),
            label_limit: 0,
            label_name_length_limit: 0,
            label_value_length_limit: 0,
            sample_limit: 0,
            scrape_interval: HumanDuration(Duration::from_secs(60)),
            scrape_protocols: ScrapeProtocol::DEFAULTS.to_vec(),
            scrape_timeout: HumanDuration(Duration::from_secs(10)),
            target_limit: 0,
            always_scrape_classic_histograms: Unsupported::default(),
            convert_classic_histograms_to_nhcb: Unsupported::default(),
            keep_dropped_targets: Unsupported::default(),
            metric_name_escaping_scheme: Unsupported::default(),
            metric_name_validation_scheme: Unsupported::default(),
            query_log_file: Unsupported::default(),
            rule_query_offset: Unsupported::default(),
            scrape_failure_log_file: Unsupported::default(),
            scrape_native_histograms: Unsupported::default(),
        }
    }
}

impl Global {
    /// Finds everything that is wrong with it.
    pub(super) fn check(&self, found: &mut Found<'_>) {
        let durations = [
            ("scrape_interval", self.scrape_interval),
            ("scrape_timeout", self.scrape_timeout),
        ];
        for (key, duration) in durations {
            if duration.0.is_zero() {
                found.add(key, "must be longer than 0s");
            }
        }
        ScrapeProtocol::check_list(&self.scrape_protocols, found);
        for name in self.external_labels.keys() {
            if !is_label_name(name) {
                found.add(
                    "external_labels",
                    format!("`{name}` is not the name of a label"),
                );
            }
        }
        found.refuse(&[
            (
                "always_scrape_classic_histograms",
                self.always_scrape_classic_histograms,
            ),
            (
                "convert_classic_histograms_to_nhcb",
                self.convert_classic_histograms_to_nhcb,
            ),
            ("keep_dropped_targets", self.keep_dropped_targets),
            (
                "metric_name_escaping_scheme",
                self.metric_name_escaping_scheme,
            ),
            (
                "metric_name_validation_scheme",
                self.metric_name_validation_scheme,
            ),
            ("query_log_file", self.query_log_file),
            ("rule_query_offset", self.rule_query_offset),
            ("scrape_failure_log_file", self.scrape_failure_log_file),
            ("scrape_native_histograms", self.scrape_native_histograms),
        ]);
    }
}
