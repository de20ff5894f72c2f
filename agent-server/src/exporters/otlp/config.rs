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
use crate::receivers::{Unsupported, WithoutEffect, refuse};

/// The configuration of `otlp`, with the Collector's keys and defaults. `jaeger` has the same.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// Where to send: `host:port`, `http://host:port` (without TLS), `https://host:port` or
    /// `unix:///path`. Required.
    pub(crate) endpoint: String,
    /// How the connection is secured.
    pub(crate) tls: TlsSettings,
    /// Metadata of every request, such as credentials.
    pub(crate) headers: Headers,
    /// `gzip`, `zstd`, `snappy` or `none`. Default gzip.
    pub(crate) compression: Compression,
    /// How it is found out that the destination is gone. Default none: by attempts that take too
    /// long.
    pub(crate) keepalive: Option<Keepalive>,
    /// The longest one attempt may take; 0 for no limit. Default 5s.
    pub(crate) timeout: HumanDuration,
    /// What waits for the destination.
    pub(crate) sending_queue: QueueSettings,
    /// What happens after an attempt that may work later.
    pub(crate) retry_on_failure: RetrySettings,
    /// Who has the credentials to send: the id of an extension. Default nobody.
    pub(crate) auth: Option<Auth>,
    /// Refused: the authority is the endpoint.
    #[serde(skip_serializing)]
    pub(crate) authority: Unsupported,
    /// Without effect: there is one connection, and nothing to balance.
    #[serde(skip_serializing)]
    pub(crate) balancer_name: WithoutEffect,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub(crate) middlewares: Unsupported,
    /// Without effect: buffers grow and shrink with what arrives.
    #[serde(skip_serializing)]
    pub(crate) read_buffer_size: WithoutEffect,
    /// Refused: the agent says what it is.
    #[serde(skip_serializing)]
    pub(crate) user_agent: Unsupported,
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
            keepalive: None,
            timeout: HumanDuration(Duration::from_secs(5)),
            sending_queue: QueueSettings::default(),
            retry_on_failure: RetrySettings::default(),
            auth: None,
            authority: Unsupported::default(),
            balancer_name: WithoutEffect,
            middlewares: Unsupported::default(),
            read_buffer_size: WithoutEffect,
            user_agent: Unsupported::default(),
            wait_for_ready: WithoutEffect,
            write_buffer_size: WithoutEffect,
        }
    }
}

impl Config {
    /// Where to send, and whether over TLS.
    pub(in crate::exporters) fn target(&self) -> Result<Target, String> {
        Target::parse(&self.endpoint, self.tls.insecure)
    }

    /// How it is found out that the destination is gone.
    pub(in crate::exporters) fn pings(&self) -> Option<Pings> {
        let keepalive = self.keepalive.as_ref()?;
        Some(Pings {
            interval: keepalive.time.0,
            timeout: keepalive.timeout.0,
            while_idle: keepalive.permit_without_stream,
        })
    }

    /// What the lanes are told.
    pub(in crate::exporters) fn settings(&self) -> DeliverySettings {
        DeliverySettings {
            queue: self.sending_queue.clone(),
            retry: self.retry_on_failure.clone(),
            shed: false,
            passes: true,
            timeout: self.timeout.0,
        }
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let endpoint = self.target().err();
        let endpoint = endpoint.map(|message| Invalid::new("endpoint", message));
        let keys = [
            ("authority", self.authority),
            ("middlewares", self.middlewares),
            ("user_agent", self.user_agent),
        ];
        endpoint
            .into_iter()
            .chain(refuse("", &keys))
            .chain(self.keepalive.iter().flat_map(Keepalive::validate))
            .chain(self.tls.validate())
            .chain(self.headers.validate())
            .chain(self.auth.iter().filter_map(|auth| auth.validate("")))
            .chain(self.sending_queue.validate())
            .chain(self.retry_on_failure.validate())
            .collect()
    }
}
