//! What a user writes.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{Invalid, Validate};
use crate::config::HumanDuration;
use crate::delivery::{DeliverySettings, QueueSettings, RetrySettings};
use crate::exporters::compression::Compression;
use crate::exporters::headers::Headers;
use crate::exporters::http_client::parse_url;
use crate::exporters::tls::TlsSettings;

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
    /// `gzip` or `none`. Default none, as in the Collector; Zipkin takes both.
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
            format: Format::default(),
            default_service_name: "<missing service name>".to_owned(),
            tls: TlsSettings::default(),
            headers: Headers::default(),
            compression: Compression::None,
            timeout: HumanDuration(Duration::from_secs(5)),
            sending_queue: QueueSettings::default(),
            retry_on_failure: RetrySettings::default(),
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

    fn validate_tls(&self) -> Vec<Invalid> {
        let mut wrong = self.tls.validate();
        if self.tls.server_name_override.is_some() {
            let message = "is not supported by zipkin: the name in the URL is the one to expect";
            wrong.push(Invalid::new("tls.server_name_override", message));
        }
        wrong
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
            .chain(self.validate_tls())
            .chain(self.headers.validate())
            .chain(self.sending_queue.validate())
            .chain(self.retry_on_failure.validate())
            .collect()
    }
}
