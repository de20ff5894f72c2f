//! One job: what to scrape, and how.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::Found;
use super::discovery::{FileDiscovery, HttpDiscovery, StaticConfig};
use super::http::{Authorization, BasicAuth, HttpConfig};
use super::relabel::RelabelConfig;
use super::tls::TlsConfig;
use super::values::{MetricsPath, On, Scheme, ScrapeProtocol};
use crate::config::{ByteSize, HumanDuration, Secret};
use crate::receivers::unsupported::Unsupported;

/// A job: targets that are scraped alike.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScrapeConfig {
    /// The job's name, which becomes `service.name`. Required, and each name once.
    pub job_name: String,
    /// Credentials for the `Authorization` header. Default none.
    pub authorization: Option<Authorization>,
    /// A user's name and password. Default none.
    pub basic_auth: Option<BasicAuth>,
    /// A token for `Authorization: Bearer`; older than `authorization`. Default none.
    pub bearer_token: Option<Secret>,
    /// A file with that token, read at every request. Default none.
    pub bearer_token_file: Option<PathBuf>,
    /// Whether to speak HTTP/2 where TLS negotiates it. Default true.
    pub enable_http2: On,
    /// Whether to follow redirects, ten at most; credentials do not go to another host. Default
    /// true.
    pub follow_redirects: On,
    /// How TLS is spoken. Default: the system's certificate authorities are trusted.
    pub tls_config: TlsConfig,
    /// The largest answer, before and after decompression. Default 0: that of `global`.
    pub body_size_limit: ByteSize,
    /// Whether to ask for compressed answers. Default true.
    pub enable_compression: On,
    /// The format of answers that do not say theirs. Default none: they are refused.
    pub fallback_scrape_protocol: Option<ScrapeProtocol>,
    /// Files that list targets. Default none.
    pub file_sd_configs: Vec<FileDiscovery>,
    /// Whether labels that a target writes win over those that are attached to it. Default false:
    /// they are kept as `exported_...`.
    pub honor_labels: bool,
    /// Whether timestamps that a target writes count. Default true.
    pub honor_timestamps: On,
    /// URLs that list targets. Default none.
    pub http_sd_configs: Vec<HttpDiscovery>,
    /// Labels that a sample may have; one with more fails the scrape. Default 0: that of `global`.
    pub label_limit: usize,
    /// Bytes that a label's name may have. Default 0: that of `global`.
    pub label_name_length_limit: usize,
    /// Bytes that a label's value may have. Default 0: that of `global`.
    pub label_value_length_limit: usize,
    /// Steps that change, or drop, samples. Default none.
    pub metric_relabel_configs: Vec<RelabelConfig>,
    /// The path of the metrics. Default `/metrics`.
    pub metrics_path: MetricsPath,
    /// Parameters of the URL. Default none.
    pub params: BTreeMap<String, Vec<String>>,
    /// Steps that change, or drop, targets. Default none.
    pub relabel_configs: Vec<RelabelConfig>,
    /// Samples that an answer may have after relabelling; more fail the scrape. Default 0: that of
    /// `global`.
    pub sample_limit: usize,
    /// `http` or `https`. Default http.
    pub scheme: Scheme,
    /// The time between two scrapes of a target. Default: that of `global`.
    pub scrape_interval: Option<HumanDuration>,
    /// The formats to ask for, the best first. Default: those of `global`.
    pub scrape_protocols: Option<Vec<ScrapeProtocol>>,
    /// How long a scrape may take. Default: that of `global`, or the interval if that is shorter.
    pub scrape_timeout: Option<HumanDuration>,
    /// Targets. Default none.
    pub static_configs: Vec<StaticConfig>,
    /// Targets that the job may have; with more, none is scraped. Default 0: that of `global`.
    pub target_limit: usize,
    /// Whether series with timestamps of their own become stale too. Default false.
    pub track_timestamps_staleness: bool,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub always_scrape_classic_histograms: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub convert_classic_histograms_to_nhcb: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub http_headers: Unsupported,
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
    pub native_histogram_bucket_limit: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub native_histogram_min_bucket_factor: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub no_proxy: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub oauth2: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub proxy_connect_header: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub proxy_from_environment: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub proxy_url: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub scrape_failure_log_file: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub scrape_native_histograms: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub aws_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub azure_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub consul_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub digitalocean_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub dns_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub docker_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub dockerswarm_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub ec2_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub eureka_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub gce_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub hetzner_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub ionos_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub kubernetes_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub kuma_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub lightsail_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub linode_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub marathon_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub nerve_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub nomad_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub openstack_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub ovhcloud_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub puppetdb_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub scaleway_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub serverset_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub stackit_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub triton_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub uyuni_sd_configs: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub vultr_sd_configs: Unsupported,
}

impl ScrapeConfig {
    /// What concerns the HTTP client.
    pub(crate) fn http(&self) -> HttpConfig<'_> {
        HttpConfig {
            authorization: self.authorization.as_ref(),
            basic_auth: self.basic_auth.as_ref(),
            bearer_token: self.bearer_token.as_ref(),
            bearer_token_file: self.bearer_token_file.as_deref(),
            enable_http2: self.enable_http2.0,
            follow_redirects: self.follow_redirects.0,
            tls: &self.tls_config,
        }
    }

    /// Finds everything that is wrong with the job.
    pub(super) fn check(&self, found: &mut Found<'_>) {
        if self.job_name.is_empty() {
            found.add("job_name", "is required: what the targets are");
        }
        self.refuse(found);
        self.refuse_discovery(found);
        self.http().check(found);
        self.check_durations(found);
        let fallback = self.fallback_scrape_protocol.iter();
        ScrapeProtocol::check_all(fallback.copied(), &mut found.at("fallback_scrape_protocol"));
        if let Some(protocols) = &self.scrape_protocols {
            ScrapeProtocol::check_list(protocols, found);
        }
        for (index, item) in self.static_configs.iter().enumerate() {
            item.check(&mut found.item("static_configs", index));
        }
        for (index, item) in self.file_sd_configs.iter().enumerate() {
            item.check(&mut found.item("file_sd_configs", index));
        }
        for (index, item) in self.http_sd_configs.iter().enumerate() {
            item.check(&mut found.item("http_sd_configs", index));
        }
        for (index, item) in self.relabel_configs.iter().enumerate() {
            item.check(&mut found.item("relabel_configs", index));
        }
        for (index, item) in self.metric_relabel_configs.iter().enumerate() {
            item.check(&mut found.item("metric_relabel_configs", index));
        }
    }

    fn check_durations(&self, found: &mut Found<'_>) {
        let durations = [
            ("scrape_interval", self.scrape_interval),
            ("scrape_timeout", self.scrape_timeout),
        ];
        for (key, duration) in durations {
            if duration.is_some_and(|duration| duration.0.is_zero()) {
                found.add(key, "must be longer than 0s");
            }
        }
    }

    fn refuse(&self, found: &mut Found<'_>) {
        found.refuse(&[
            (
                "always_scrape_classic_histograms",
                self.always_scrape_classic_histograms,
            ),
            (
                "convert_classic_histograms_to_nhcb",
                self.convert_classic_histograms_to_nhcb,
            ),
            ("http_headers", self.http_headers),
            ("keep_dropped_targets", self.keep_dropped_targets),
            (
                "metric_name_escaping_scheme",
                self.metric_name_escaping_scheme,
            ),
            (
                "metric_name_validation_scheme",
                self.metric_name_validation_scheme,
            ),
            (
                "native_histogram_bucket_limit",
                self.native_histogram_bucket_limit,
            ),
            (
                "native_histogram_min_bucket_factor",
                self.native_histogram_min_bucket_factor,
            ),
            ("no_proxy", self.no_proxy),
            ("oauth2", self.oauth2),
            ("proxy_connect_header", self.proxy_connect_header),
            ("proxy_from_environment", self.proxy_from_environment),
            ("proxy_url", self.proxy_url),
            ("scrape_failure_log_file", self.scrape_failure_log_file),
            ("scrape_native_histograms", self.scrape_native_histograms),
        ]);
    }

    fn refuse_discovery(&self, found: &mut Found<'_>) {
        found.refuse(&[
            ("aws_sd_configs", self.aws_sd_configs),
            ("azure_sd_configs", self.azure_sd_configs),
            ("consul_sd_configs", self.consul_sd_configs),
            ("digitalocean_sd_configs", self.digitalocean_sd_configs),
            ("dns_sd_configs", self.dns_sd_configs),
            ("docker_sd_configs", self.docker_sd_configs),
            ("dockerswarm_sd_configs", self.dockerswarm_sd_configs),
            ("ec2_sd_configs", self.ec2_sd_configs),
            ("eureka_sd_configs", self.eureka_sd_configs),
            ("gce_sd_configs", self.gce_sd_configs),
            ("hetzner_sd_configs", self.hetzner_sd_configs),
            ("ionos_sd_configs", self.ionos_sd_configs),
            ("kubernetes_sd_configs", self.kubernetes_sd_configs),
            ("kuma_sd_configs", self.kuma_sd_configs),
            ("lightsail_sd_configs", self.lightsail_sd_configs),
            ("linode_sd_configs", self.linode_sd_configs),
            ("marathon_sd_configs", self.marathon_sd_configs),
            ("nerve_sd_configs", self.nerve_sd_configs),
            ("nomad_sd_configs", self.nomad_sd_configs),
            ("openstack_sd_configs", self.openstack_sd_configs),
            ("ovhcloud_sd_configs", self.ovhcloud_sd_configs),
            ("puppetdb_sd_configs", self.puppetdb_sd_configs),
            ("scaleway_sd_configs", self.scaleway_sd_configs),
            ("serverset_sd_configs", self.serverset_sd_configs),
            ("stackit_sd_configs", self.stackit_sd_configs),
            ("triton_sd_configs", self.triton_sd_configs),
            ("uyuni_sd_configs", self.uyuni_sd_configs),
            ("vultr_sd_configs", self.vultr_sd_configs),
        ]);
    }
}
