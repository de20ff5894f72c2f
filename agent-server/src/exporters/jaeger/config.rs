//! What a user writes.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{Invalid, Validate};
use crate::config::HumanDuration;
use crate::delivery::{DeliverySettings, QueueSettings, RetrySettings};
use crate::exporters::compression::Compression;
use crate::exporters::grpc::Target;
use crate::exporters::headers::Headers;
use crate::exporters::tls::TlsSettings;

/// The configuration of `jaeger`, with the Collector's keys and defaults.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// Where to send: `host:port`, `http://host:port` (without TLS) or `https://host:port`.
    /// Required.
    pub(crate) endpoint: String,
    /// How the connection is secured.
    pub(crate) tls: TlsSettings,
    /// Metadata of every request, such as credentials.
    pub(crate) headers: Headers,
    /// `gzip` or `none`. Default gzip.
    pub(crate) compression: Compression,
    /// The longest one attempt may take; 0 for no limit. Default 5s.
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
            tls: TlsSettings::default(),
            headers: Headers::default(),
            compression: Compression::default(),
            timeout: HumanDuration(Duration::from_secs(5)),
            sending_queue: QueueSettings::default(),
            retry_on_failure: RetrySettings::default(),
        }
    }
}

impl Config {
    /// Where to send, and whether over TLS.
    pub(super) fn target(&self) -> Result<Target, String> {
        Target::parse(&self.endpoint, self.tls.insecure)
    }

    /// What the lanes are told.
    pub(super) fn settings(&self) -> DeliverySettings {
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
        endpoint
            .into_iter()
            .chain(self.tls.validate())
            .chain(self.headers.validate())
            .chain(self.sending_queue.validate())
            .chain(self.retry_on_failure.validate())
            .collect()
    }
}
