//! What a user writes.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::auth::Auth;
use crate::component::{Invalid, Validate};
use crate::config::HumanDuration;
use crate::delivery::{DeliverySettings, QueueSettings, RetrySettings};
use crate::exporters::compression::Compression;
use crate::exporters::grpc::{Pings, Target};
use crate::exporters::headers::Headers;
use crate::exporters::keepalive::Keepalive;
use crate::exporters::tls::TlsSettings;
use crate::receivers::WithoutEffect;

/// The configuration of `opencensus`, with the Collector's keys.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// Where to send: `host:port`, `http://host:port` (without TLS), `https://host:port` or
    /// `unix:///path`. Required.
    pub(crate) endpoint: String,
    /// How the connection is secured.
    pub(crate) tls: TlsSettings,
    /// Metadata of every stream, such as credentials.
    pub(crate) headers: Headers,
    /// `gzip`, `zstd` or `none`. Default gzip.
    pub(crate) compression: Compression,
    /// Connections that streams are spread over. Default 2.
    pub(crate) num_workers: u32,
    /// How long to wait after a connection could not be opened, or broke, before the next one; the
    /// protocol wants clients to come back at a fixed pace. Default 0s: as `retry_on_failure` says.
    pub(crate) reconnection_delay: HumanDuration,
    /// How it is found out that the destination is gone. Default none: by writing to it.
    pub(crate) keepalive: Option<Keepalive>,
    /// The longest one attempt may take; 0 for no limit. Default 5s.
    pub(crate) timeout: HumanDuration,
    /// What waits for the destination.
    pub(crate) sending_queue: QueueSettings,
    /// What happens after an attempt that may work later.
    pub(crate) retry_on_failure: RetrySettings,
    /// Who has the credentials to send: the id of an extension. Default nobody.
    pub(crate) auth: Option<Auth>,
    /// Without effect: there is one connection, and nothing to balance.
    #[serde(skip_serializing)]
    pub(crate) balancer_name: WithoutEffect,
    /// Without effect: buffers grow and shrink with what arrives.
    #[serde(skip_serializing)]
    pub(crate) read_buffer_size: WithoutEffect,
    /// Without effect: an attempt always waits for its connection.
    #[serde(skip_serializing)]
    pub(crate) wait_for_ready: WithoutEffect,
    /// Without effect: buffers grow and shrink with what is sent.
    #[serde(skip_serializing)]
    pub(crate) write_buffer_size: WithoutEffect,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            endpoint: String::new(),
            tls: TlsSettings::default(),
            headers: Headers::default(),
            compression: Compression::default(),
            num_workers: 2,
            reconnection_delay: HumanDuration::default(),
            keepalive: None,
            timeout: HumanDuration(Duration::from_secs(5)),
            sending_queue: QueueSettings::default(),
            retry_on_failure: RetrySettings::default(),
            auth: None,
            balancer_name: WithoutEffect,
            read_buffer_size: WithoutEffect,
            wait_for_ready: WithoutEffect,
            write_buffer_size: WithoutEffect,
        }
    }
}

impl Config {
    /// Where to send, and whether over TLS.
    pub(super) fn target(&self) -> Result<Target, String> {
        Target::parse(&self.endpoint, self.tls.insecure)
    }

    /// How connections are watched.
    pub(super) fn pings(&self) -> Option<Pings> {
        self.keepalive.as_ref().map(|keepalive| Pings {
            interval: keepalive.time.0,
            timeout: keepalive.timeout.0,
            while_idle: keepalive.permit_without_stream,
        })
    }

    /// What the lanes are told.
    pub(super) fn settings(&self) -> DeliverySettings {
        DeliverySettings {
            queue: self.sending_queue.clone(),
            retry: self.retry_on_failure.clone(),
            shed: false,
            passes: false,
            timeout: self.timeout.0,
        }
    }

    fn wrong_values(&self) -> impl Iterator<Item = Invalid> {
        let workers = (!(1..=64).contains(&self.num_workers))
            .then(|| Invalid::new("num_workers", "must be between 1 and 64"));
        let snappy = self.compression == Compression::Snappy;
        let snappy = snappy.then(|| {
            let message = "`snappy` is not supported here: write `gzip`, `zstd` or `none`";
            Invalid::new("compression", message)
        });
        workers.into_iter().chain(snappy)
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let endpoint = self.target().err();
        let endpoint = endpoint.map(|message| Invalid::new("endpoint", message));
        endpoint
            .into_iter()
            .chain(self.tls.validate())
            .chain(self.headers.validate())
            .chain(self.auth.iter().filter_map(|auth| auth.validate("")))
            .chain(self.keepalive.iter().flat_map(Keepalive::validate))
            .chain(self.wrong_values())
            .chain(self.sending_queue.validate())
            .chain(self.retry_on_failure.validate())
            .collect()
    }
}
