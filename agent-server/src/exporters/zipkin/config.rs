//! What a user writes.

use std::time::Duration;

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

/// How spans are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// JSON, which every server takes.
    #[default]
    Json,
    /// Protobuf: smaller, and cheaper for both sides.
    Proto,
}

/// The configuration of `zipkin`, with the Collector's keys and defaults.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// The whole URL, `http://host:9411/api/v2/spans`. Required.
    pub(crate) endpoint: String,
    /// `json` or `proto`. Default json.
    pub(crate) format: Format,
    /// The service name of spans whose resource has none. Default `<missing service name>`.
    pub(crate) default_service_name: String,
    /// How `https` connections are secured.
    pub(crate) tls: TlsSettings,
    /// Headers of every request, such as credentials.
    pub(crate) headers: Headers,
    /// `none`, `gzip`, `zstd` or `snappy`. Default none, as in the Collector. Zipkin takes gzip.
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
    /// The longest one attempt may take; 0 for no limit. Default 5s.
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
            format: Format::default(),
            default_service_name: "<missing service name>".to_owned(),
            tls: TlsSettings::default(),
            headers: Headers::default(),
            compression: Compression::None,
            compression_params: CompressionParams::default(),
            proxy_url: Secret::default(),
            idle_conn_timeout: HumanDuration(Duration::from_secs(90)),
            http2_read_idle_timeout: HumanDuration(Duration::from_secs(20)),
            http2_ping_timeout: HumanDuration(Duration::from_secs(5)),
            timeout: HumanDuration(Duration::from_secs(5)),
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
            read_buffer_size: WithoutEffect,
            write_buffer_size: WithoutEffect,
        }
    }
}

impl Config {
    /// What the lanes are told.
    pub(super) fn settings(&self) -> DeliverySettings {
        DeliverySettings {
            passes: false,
            queue: self.sending_queue.clone(),
            retry: self.retry_on_failure.clone(),
            shed: false,
            timeout: self.timeout.0,
        }
    }

    fn validate_endpoint(&self) -> Option<Invalid> {
        if self.endpoint.is_empty() {
            let message = "is required: write `http://host:9411/api/v2/spans`";
            return Some(Invalid::new("endpoint", message));
        }
        let wrong = parse_url(&self.endpoint).err()?;
        Some(Invalid::new("endpoint", wrong))
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
        ];
        refuse("", &keys)
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let name = self
            .default_service_name
            .is_empty()
            .then(|| Invalid::new("default_service_name", "must not be empty"));
        self.validate_endpoint()
            .into_iter()
            .chain(name)
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
