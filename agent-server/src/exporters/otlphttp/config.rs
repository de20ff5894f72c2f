//! What a user writes.

use std::time::Duration;

use campanile_wire::otlp::Signal;
use reqwest::Url;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::auth::Auth;
use crate::component::{BuildError, Invalid, Validate};
use crate::config::{HumanDuration, Secret};
use crate::delivery::{DeliverySettings, QueueSettings, RetrySettings};
use crate::exporters::compression::{Compression, CompressionParams};
use crate::exporters::headers::Headers;
use crate::exporters::http_client::{Keeping, parse_url, proxy};
use crate::exporters::tls::TlsSettings;
use crate::receivers::{Unsupported, WithoutEffect, refuse};

/// How payloads are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Encoding {
    /// OTLP/JSON, several times the size and cost.
    Json,
    /// Protobuf.
    #[default]
    Proto,
}

/// The configuration of `otlphttp`, with the Collector's keys and defaults.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// The URL to which `/v1/traces`, `/v1/metrics` or `/v1/logs` is appended. Required, unless
    /// every signal that is sent has a URL of its own.
    pub(crate) endpoint: String,
    /// The whole URL for traces, instead of `endpoint`.
    pub(crate) traces_endpoint: String,
    /// The whole URL for metrics, instead of `endpoint`.
    pub(crate) metrics_endpoint: String,
    /// The whole URL for logs, instead of `endpoint`.
    pub(crate) logs_endpoint: String,
    /// `proto` or `json`. Default proto.
    pub(crate) encoding: Encoding,
    /// How `https` connections are secured.
    pub(crate) tls: TlsSettings,
    /// Headers of every request, such as credentials.
    pub(crate) headers: Headers,
    /// `gzip`, `zstd`, `snappy` or `none`. Default gzip.
    pub(crate) compression: Compression,
    /// How hard to compress.
    pub(crate) compression_params: CompressionParams,
    /// The proxy to go through, `http://host:port`; never shown, because it may hold a password.
    /// Default none, whatever the environment says.
    pub(crate) proxy_url: Secret,
    /// How long an idle connection is kept; 0 for ever. Default 90s.
    pub(crate) idle_conn_timeout: HumanDuration,
    /// After how long without anything received an HTTP/2 destination is asked whether it is
    /// there; 0 for never. Default 20s.
    pub(crate) http2_read_idle_timeout: HumanDuration,
    /// How long it may take to say so. Default 5s.
    pub(crate) http2_ping_timeout: HumanDuration,
    /// The longest one attempt may take; 0 for no limit. Default 30s.
    pub(crate) timeout: HumanDuration,
    /// What waits for the destination.
    pub(crate) sending_queue: QueueSettings,
    /// What happens after an attempt that may work later.
    pub(crate) retry_on_failure: RetrySettings,
    /// Who has the credentials to send: the id of an extension. Default nobody.
    pub(crate) auth: Option<Auth>,
    /// Refused: telemetry needs none.
    #[serde(skip_serializing)]
    pub(crate) cookies: Unsupported,
    /// Refused: connections are kept.
    #[serde(skip_serializing)]
    pub(crate) disable_keep_alives: Unsupported,
    /// Refused: HTTP/2 is spoken where the destination does.
    #[serde(skip_serializing)]
    pub(crate) force_attempt_http2: Unsupported,
    /// Refused: `sending_queue.num_consumers` bounds connections.
    #[serde(skip_serializing)]
    pub(crate) max_conns_per_host: Unsupported,
    /// Without effect: `sending_queue.num_consumers` bounds connections.
    #[serde(skip_serializing)]
    pub(crate) max_idle_conns: WithoutEffect,
    /// Without effect: `sending_queue.num_consumers` bounds connections.
    #[serde(skip_serializing)]
    pub(crate) max_idle_conns_per_host: WithoutEffect,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub(crate) middlewares: Unsupported,
    /// Refused: there are no profiles in the agent yet.
    #[serde(skip_serializing)]
    pub(crate) profiles_endpoint: Unsupported,
    /// Without effect: buffers grow and shrink with what arrives.
    #[serde(skip_serializing)]
    pub(crate) read_buffer_size: WithoutEffect,
    /// Without effect: buffers grow and shrink with what is sent.
    #[serde(skip_serializing)]
    pub(crate) write_buffer_size: WithoutEffect,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            endpoint: String::new(),
            traces_endpoint: String::new(),
            metrics_endpoint: String::new(),
            logs_endpoint: String::new(),
            encoding: Encoding::default(),
            tls: TlsSettings::default(),
            headers: Headers::default(),
            compression: Compression::default(),
            compression_params: CompressionParams::default(),
            proxy_url: Secret::default(),
            idle_conn_timeout: HumanDuration(Duration::from_secs(90)),
            http2_read_idle_timeout: HumanDuration(Duration::from_secs(20)),
            http2_ping_timeout: HumanDuration(Duration::from_secs(5)),
            timeout: HumanDuration(Duration::from_secs(30)),
            sending_queue: QueueSettings::default(),
            retry_on_failure: RetrySettings::default(),
            auth: None,
            cookies: Unsupported::default(),
            disable_keep_alives: Unsupported::default(),
            force_attempt_http2: Unsupported::default(),
            max_conns_per_host: Unsupported::default(),
            max_idle_conns: WithoutEffect,
            max_idle_conns_per_host: WithoutEffect,
            middlewares: Unsupported::default(),
            profiles_endpoint: Unsupported::default(),
            read_buffer_size: WithoutEffect,
            write_buffer_size: WithoutEffect,
        }
    }
}

impl Config {
    /// Where payloads of `signal` go; `None` when nothing says where.
    ///
    /// # Errors
    ///
    /// The key that is to blame, and what is wrong with its value.
    pub(super) fn url(&self, signal: Signal) -> Result<Option<Url>, Invalid> {
        let (key, own) = match signal {
            Signal::Logs => ("logs_endpoint", &self.logs_endpoint),
            Signal::Metrics => ("metrics_endpoint", &self.metrics_endpoint),
            Signal::Traces => ("traces_endpoint", &self.traces_endpoint),
        };
        if !own.is_empty() {
            return parse_url(own)
                .map(Some)
                .map_err(|wrong| Invalid::new(key, wrong));
        }
        if self.endpoint.is_empty() {
            return Ok(None);
        }
        let base = parse_url(&self.endpoint).map_err(|wrong| Invalid::new("endpoint", wrong))?;
        Ok(Some(append(base, signal.http_path())))
    }

    /// What the lanes are told.
    pub(super) fn settings(&self) -> DeliverySettings {
        DeliverySettings {
            queue: self.sending_queue.clone(),
            retry: self.retry_on_failure.clone(),
            shed: false,
            passes: self.encoding == Encoding::Proto,
            timeout: self.timeout.0,
        }
    }

    fn validate_urls(&self) -> Vec<Invalid> {
        let urls = Signal::ALL.map(|signal| self.url(signal));
        if urls.iter().all(|url| matches!(url, Ok(None))) {
            let message = "is required: write `http://host:port` or `https://host`";
            return vec![Invalid::new("endpoint", message)];
        }
        let mut wrong: Vec<_> = urls.into_iter().filter_map(Result::err).collect();
        wrong.dedup();
        wrong
    }

    /// How connections are kept.
    pub(super) fn keeping(&self) -> Result<Keeping, BuildError> {
        Keeping::new(
            &self.proxy_url,
            self.idle_conn_timeout.0,
            self.http2_read_idle_timeout.0,
            self.http2_ping_timeout.0,
        )
    }

    fn refused(&self) -> Vec<Invalid> {
        let keys = [
            ("cookies", self.cookies),
            ("disable_keep_alives", self.disable_keep_alives),
            ("force_attempt_http2", self.force_attempt_http2),
            ("max_conns_per_host", self.max_conns_per_host),
            ("middlewares", self.middlewares),
            ("profiles_endpoint", self.profiles_endpoint),
        ];
        refuse("", &keys)
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        self.validate_urls()
            .into_iter()
            .chain(self.tls.validate())
            .chain(self.compression_params.check(self.compression))
            .chain(proxy(&self.proxy_url).err())
            .chain(self.refused())
            .chain(self.headers.validate())
            .chain(self.auth.iter().filter_map(|auth| auth.validate("")))
            .chain(self.sending_queue.validate())
            .chain(self.retry_on_failure.validate())
            .collect()
    }
}

fn append(mut base: Url, path: &str) -> Url {
    let path = format!("{}{path}", base.path().trim_end_matches('/'));
    base.set_path(&path);
    base
}
