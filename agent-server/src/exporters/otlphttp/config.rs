//! What a user writes.

use std::time::Duration;

use campanile_wire::otlp::Signal;
use reqwest::Url;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{Invalid, Validate};
use crate::config::HumanDuration;
use crate::delivery::{DeliverySettings, QueueSettings, RetrySettings};
use crate::exporters::compression::Compression;
use crate::exporters::headers::Headers;
use crate::exporters::tls::TlsSettings;

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
    /// `gzip` or `none`. Default gzip.
    pub(crate) compression: Compression,
    /// The longest one attempt may take; 0 for no limit. Default 30s.
    pub(crate) timeout: HumanDuration,
    /// What waits for the destination.
    pub(crate) sending_queue: QueueSettings,
    /// What happens after an attempt that may work later.
    pub(crate) retry_on_failure: RetrySettings,
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
            timeout: HumanDuration(Duration::from_secs(30)),
            sending_queue: QueueSettings::default(),
            retry_on_failure: RetrySettings::default(),
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
            return parse(own)
                .map(Some)
                .map_err(|wrong| Invalid::new(key, wrong));
        }
        if self.endpoint.is_empty() {
            return Ok(None);
        }
        let base = parse(&self.endpoint).map_err(|wrong| Invalid::new("endpoint", wrong))?;
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

    fn validate_tls(&self) -> Vec<Invalid> {
        let mut wrong = self.tls.validate();
        if self.tls.server_name_override.is_some() {
            let message = "is not supported by otlphttp: the name in the URL is the one to expect";
            wrong.push(Invalid::new("tls.server_name_override", message));
        }
        wrong
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        self.validate_urls()
            .into_iter()
            .chain(self.validate_tls())
            .chain(self.headers.validate())
            .chain(self.sending_queue.validate())
            .chain(self.retry_on_failure.validate())
            .collect()
    }
}

/// Reads a URL. A wrong one may hold credentials, so it is repeated only where it cannot.
fn parse(text: &str) -> Result<Url, String> {
    if text.contains('@') {
        return Err("holds credentials: put them into `headers`".to_owned());
    }
    match text.parse::<Url>() {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        _ => Err(format!(
            "`{text}` is not a URL; write `http://host:port` or `https://host`"
        )),
    }
}

fn append(mut base: Url, path: &str) -> Url {
    let path = format!("{}{path}", base.path().trim_end_matches('/'));
    base.set_path(&path);
    base
}
