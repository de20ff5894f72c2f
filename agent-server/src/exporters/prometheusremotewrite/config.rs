//! What a user writes.

use std::time::Duration;

use campanile_wire::prometheus::{Naming, Settings};
use reqwest::Url;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::auth::Auth;
use crate::component::{Invalid, Validate};
use crate::config::{ByteSize, HumanDuration};
use crate::delivery::{DeliverySettings, QueueSettings, RetrySettings};
use crate::exporters::headers::Headers;
use crate::exporters::http_client::parse_url;
use crate::exporters::series_config::{AddedLabels, Switch};
use crate::exporters::tls::TlsSettings;
use crate::receivers::{Unsupported, WithoutEffect, refuse};

/// The configuration of `prometheusremotewrite`, with the Collector's keys and defaults.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// The whole URL to write to, such as `http://127.0.0.1:9090/api/v1/write`. Required.
    pub(crate) endpoint: String,
    /// How an `https` connection is secured.
    pub(crate) tls: TlsSettings,
    /// Headers of every request, such as credentials. Default none.
    pub(crate) headers: Headers,
    /// The longest one attempt may take; 0 for no limit. Default 5s.
    pub(crate) timeout: HumanDuration,
    /// Stands before every name. Default none.
    pub(crate) namespace: String,
    /// Labels of every series that has none of their names. Default none.
    pub(crate) external_labels: AddedLabels,
    /// Whether names end with unit and type. Default true.
    pub(crate) add_metric_suffixes: bool,
    /// Whether the labels `otel_scope_*` are left out. Ours. Default false.
    pub(crate) without_scope_info: bool,
    /// Whether resource attributes become labels of every series, beside `target_info`. Default
    /// `enabled: false`.
    pub(crate) resource_to_telemetry_conversion: Switch,
    /// Whether a series `target_info` holds the attributes of each resource. Default
    /// `enabled: true`.
    pub(crate) target_info: TargetInfo,
    /// Whether type, help and unit of every metric are written too. Default false.
    pub(crate) send_metadata: bool,
    /// How large a request may be before it is compressed. A larger payload becomes several; a
    /// series is never split. Default 3MB.
    pub(crate) max_batch_size_bytes: ByteSize,
    /// What waits for the destination.
    pub(crate) remote_write_queue: RemoteWriteQueue,
    /// What happens after an attempt that may work later.
    pub(crate) retry_on_failure: RetrySettings,
    /// Who has the credentials to send: the id of an extension. Default nobody.
    pub(crate) auth: Option<Auth>,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub(crate) compression: Unsupported,
    /// Refused: not supported yet; `remote_write_queue.num_consumers` says how many requests are
    /// under way.
    #[serde(skip_serializing)]
    pub(crate) max_batch_request_parallelism: Unsupported,
    /// Refused: remote write 2.0 is not supported yet.
    #[serde(skip_serializing)]
    pub(crate) protobuf_message: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub(crate) proxy_url: Unsupported,
    /// Without effect: buffers grow and shrink with what arrives.
    #[serde(skip_serializing)]
    pub(crate) read_buffer_size: WithoutEffect,
    /// Refused: what waits is kept by the agent's own delivery.
    #[serde(skip_serializing)]
    pub(crate) wal: Unsupported,
    /// Without effect: buffers grow and shrink with what is sent.
    #[serde(skip_serializing)]
    pub(crate) write_buffer_size: WithoutEffect,
}

/// `target_info`: a series for each resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TargetInfo {
    /// Whether it is written. Default true.
    pub(crate) enabled: bool,
}

impl Default for TargetInfo {
    fn default() -> Self {
        Self { enabled: true }
    }
}

/// `remote_write_queue`: payloads that wait, and how they are sent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RemoteWriteQueue {
    /// Whether payloads wait at all; without a queue a payload is refused while another is sent.
    /// Default true.
    pub(crate) enabled: bool,
    /// Payloads that may wait, at most. Default 10000.
    pub(crate) queue_size: usize,
    /// Requests of one payload under way at once. Payloads follow each other, for samples must come
    /// in order. Default 5.
    pub(crate) num_consumers: usize,
    /// Bytes that may wait, at most; what comes first of the two bounds counts. Ours. Default
    /// 64MiB.
    pub(crate) max_bytes: ByteSize,
}

impl Default for RemoteWriteQueue {
    fn default() -> Self {
        Self {
            enabled: true,
            queue_size: 10_000,
            num_consumers: 5,
            max_bytes: QueueSettings::default().max_bytes,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        let no = Unsupported::default();
        Self {
            endpoint: String::new(),
            tls: TlsSettings::default(),
            headers: Headers::default(),
            timeout: HumanDuration(Duration::from_secs(5)),
            namespace: String::new(),
            external_labels: AddedLabels::default(),
            add_metric_suffixes: true,
            without_scope_info: false,
            resource_to_telemetry_conversion: Switch::default(),
            target_info: TargetInfo::default(),
            send_metadata: false,
            max_batch_size_bytes: ByteSize(3_000_000),
            remote_write_queue: RemoteWriteQueue::default(),
            retry_on_failure: RetrySettings::default(),
            auth: None,
            compression: no,
            max_batch_request_parallelism: no,
            protobuf_message: no,
            proxy_url: no,
            read_buffer_size: WithoutEffect,
            wal: no,
            write_buffer_size: WithoutEffect,
        }
    }
}

impl Config {
    /// Where to write.
    ///
    /// # Errors
    ///
    /// What is wrong with `endpoint`.
    pub(super) fn url(&self) -> Result<Url, String> {
        if self.endpoint.is_empty() {
            return Err("is required: write `http://host:port/api/v1/write`".to_owned());
        }
        parse_url(&self.endpoint)
    }

    /// What payloads are translated into.
    pub(super) fn translation(&self) -> Settings {
        Settings {
            namespace: self.namespace.clone(),
            naming: match self.add_metric_suffixes {
                true => Naming::Escaped,
                false => Naming::EscapedWithoutSuffixes,
            },
            resource_labels: self.resource_to_telemetry_conversion.enabled,
            without_scope: self.without_scope_info,
            without_target_info: !self.target_info.enabled,
            added_labels: self.external_labels.pairs(),
        }
    }

    /// What the lanes are told: one payload at a time, for samples must come in order.
    pub(super) fn delivery(&self) -> DeliverySettings {
        DeliverySettings {
            queue: QueueSettings {
                enabled: self.remote_write_queue.enabled,
                num_consumers: 1,
                queue_size: self.remote_write_queue.queue_size,
                max_bytes: self.remote_write_queue.max_bytes,
                ..QueueSettings::default()
            },
            retry: self.retry_on_failure.clone(),
            shed: false,
            passes: false,
            timeout: self.timeout.0,
        }
    }

    fn validate_numbers(&self) -> impl Iterator<Item = Invalid> {
        let queue = &self.remote_write_queue;
        let wrong = [
            (self.max_batch_size_bytes.0 == 0, "max_batch_size_bytes"),
            (queue.queue_size == 0, "remote_write_queue.queue_size"),
            (queue.num_consumers == 0, "remote_write_queue.num_consumers"),
            (queue.max_bytes.0 == 0, "remote_write_queue.max_bytes"),
        ];
        let wrong = wrong.into_iter().filter(|(wrong, _)| *wrong);
        wrong.map(|(_, key)| Invalid::new(key, "must be at least 1"))
    }

    fn unsupported(&self) -> Vec<Invalid> {
        refuse(
            "",
            &[
                ("compression", self.compression),
                (
                    "max_batch_request_parallelism",
                    self.max_batch_request_parallelism,
                ),
                ("protobuf_message", self.protobuf_message),
                ("proxy_url", self.proxy_url),
                ("wal", self.wal),
            ],
        )
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let url = self.url().err();
        url.map(|wrong| Invalid::new("endpoint", wrong))
            .into_iter()
            .chain(self.tls.validate())
            .chain(self.headers.validate())
            .chain(self.auth.iter().filter_map(|auth| auth.validate("")))
            .chain(self.external_labels.validate("external_labels"))
            .chain(self.validate_numbers())
            .chain(self.retry_on_failure.validate())
            .chain(self.unsupported())
            .collect()
    }
}
