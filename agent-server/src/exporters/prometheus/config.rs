//! What a user writes.

use std::time::Duration;

use campanile_wire::prometheus::{Naming, Settings};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{Invalid, Validate};
use crate::config::{ByteSize, HumanDuration, ListenAddress};
use crate::delivery::{DeliverySettings, QueueSettings, RetrySettings};
use crate::exporters::series_config::{AddedLabels, Switch};
use crate::receivers::{Unsupported, refuse};
use crate::serve::ResponseHeaders;
use crate::tls::ServerTls;

/// How metrics and labels are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
pub(crate) enum TranslationStrategy {
    /// As they are; scrapers that do not read UTF-8 get them escaped.
    NoTranslation,
    /// As they are, with unit and type as suffixes.
    #[serde(rename = "NoUTF8EscapingWithSuffixes")]
    NoUtf8EscapingWithSuffixes,
    /// Letters, digits and underscores, with unit and type as suffixes.
    UnderscoreEscapingWithSuffixes,
    /// Letters, digits and underscores.
    UnderscoreEscapingWithoutSuffixes,
}

/// The configuration of `prometheus`, with the Collector's keys and defaults.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// Where to serve the page, at `/metrics`: `host:port`, or `unix:///path`. Required;
    /// `127.0.0.1:8889` is usual. Whoever can connect reads every metric.
    pub(crate) endpoint: Option<ListenAddress>,
    /// TLS. Default none.
    pub(crate) tls: Option<ServerTls>,
    /// Headers of every answer. Default none.
    pub(crate) response_headers: ResponseHeaders,
    /// Stands before every name. Default none.
    pub(crate) namespace: String,
    /// Labels of every series that has none of their names. Default none.
    pub(crate) const_labels: AddedLabels,
    /// Whether samples have the times of their points. Without, a scraper takes the time of the
    /// scrape, as it expects to. Default false.
    pub(crate) send_timestamps: bool,
    /// How long a series stays on the page after its last point came. Default 5m.
    pub(crate) metric_expiration: HumanDuration,
    /// Whether resource attributes become labels of every series, beside `target_info`. Default
    /// `enabled: false`.
    pub(crate) resource_to_telemetry_conversion: Switch,
    /// Whether scrapers that ask for OpenMetrics get it, with exemplars. Default false.
    pub(crate) enable_open_metrics: bool,
    /// Whether names end with unit and type, where `translation_strategy` does not say. Default
    /// true.
    pub(crate) add_metric_suffixes: bool,
    /// Whether the labels `otel_scope_*` are left out. Default false.
    pub(crate) without_scope_info: bool,
    /// How names are written: `UnderscoreEscapingWithSuffixes`,
    /// `UnderscoreEscapingWithoutSuffixes`, `NoUTF8EscapingWithSuffixes` or `NoTranslation`.
    /// Default the first, or the second without `add_metric_suffixes`.
    pub(crate) translation_strategy: Option<TranslationStrategy>,
    /// Samples that the page may have; points beyond are dropped and counted. Ours. Default 100000.
    pub(crate) max_series: usize,
    /// How large the page may become; points beyond are dropped and counted. Ours. Default 64MiB.
    pub(crate) max_bytes: ByteSize,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub(crate) auth: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub(crate) compression_algorithms: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub(crate) cors: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub(crate) idle_timeout: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub(crate) include_metadata: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub(crate) keep_alives_enabled: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub(crate) max_request_body_size: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub(crate) middlewares: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub(crate) read_header_timeout: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub(crate) read_timeout: Unsupported,
    /// Refused: not supported yet; `const_labels` are labels of every series.
    #[serde(skip_serializing)]
    pub(crate) resource_constant_labels: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub(crate) write_timeout: Unsupported,
}

impl Default for Config {
    fn default() -> Self {
        let no = Unsupported::default();
        Self {
            endpoint: None,
            tls: None,
            response_headers: ResponseHeaders::default(),
            namespace: String::new(),
            const_labels: AddedLabels::default(),
            send_timestamps: false,
            metric_expiration: HumanDuration(Duration::from_secs(300)),
            resource_to_telemetry_conversion: Switch::default(),
            enable_open_metrics: false,
            add_metric_suffixes: true,
            without_scope_info: false,
            translation_strategy: None,
            max_series: 100_000,
            max_bytes: ByteSize(64 << 20),
            auth: no,
            compression_algorithms: no,
            cors: no,
            idle_timeout: no,
            include_metadata: no,
            keep_alives_enabled: no,
            max_request_body_size: no,
            middlewares: no,
            read_header_timeout: no,
            read_timeout: no,
            resource_constant_labels: no,
            write_timeout: no,
        }
    }
}

impl Config {
    /// What payloads are translated into.
    pub(super) fn translation(&self) -> Settings {
        Settings {
            namespace: self.namespace.clone(),
            naming: self.naming(),
            resource_labels: self.resource_to_telemetry_conversion.enabled,
            without_scope: self.without_scope_info,
            without_target_info: false,
            added_labels: self.const_labels.pairs(),
        }
    }

    fn naming(&self) -> Naming {
        match self.translation_strategy {
            None if self.add_metric_suffixes => Naming::Escaped,
            None => Naming::EscapedWithoutSuffixes,
            Some(TranslationStrategy::NoTranslation) => Naming::Untranslated,
            Some(TranslationStrategy::NoUtf8EscapingWithSuffixes) => Naming::Utf8,
            Some(TranslationStrategy::UnderscoreEscapingWithSuffixes) => Naming::Escaped,
            Some(TranslationStrategy::UnderscoreEscapingWithoutSuffixes) => {
                Naming::EscapedWithoutSuffixes
            }
        }
    }

    /// One attempt at a time, for points must come in order; no second one and no timeout, for
    /// keeping a point cannot fail.
    pub(super) fn delivery() -> DeliverySettings {
        DeliverySettings {
            queue: QueueSettings {
                num_consumers: 1,
                ..QueueSettings::default()
            },
            retry: RetrySettings {
                enabled: false,
                ..RetrySettings::default()
            },
            shed: false,
            passes: false,
            timeout: Duration::ZERO,
        }
    }

    fn unsupported(&self) -> Vec<Invalid> {
        refuse(
            "",
            &[
                ("auth", self.auth),
                ("compression_algorithms", self.compression_algorithms),
                ("cors", self.cors),
                ("idle_timeout", self.idle_timeout),
                ("include_metadata", self.include_metadata),
                ("keep_alives_enabled", self.keep_alives_enabled),
                ("max_request_body_size", self.max_request_body_size),
                ("middlewares", self.middlewares),
                ("read_header_timeout", self.read_header_timeout),
                ("read_timeout", self.read_timeout),
                ("resource_constant_labels", self.resource_constant_labels),
                ("write_timeout", self.write_timeout),
            ],
        )
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let mut wrong = Vec::new();
        if self.endpoint.is_none() {
            wrong.push(Invalid {
                help: Some("write `127.0.0.1:8889`".to_owned()),
                ..Invalid::new("endpoint", "is required: where to serve the page")
            });
        }
        if self.metric_expiration.0.is_zero() {
            let message = "no series would stay on the page; write how long, such as `5m`";
            wrong.push(Invalid::new("metric_expiration", message));
        }
        let bounds = [
            (self.max_series == 0, "max_series"),
            (self.max_bytes.0 == 0, "max_bytes"),
        ];
        let bounds = bounds.into_iter().filter(|(wrong, _)| *wrong);
        wrong.extend(bounds.map(|(_, key)| Invalid::new(key, "must be at least 1")));
        wrong.extend(self.tls.iter().flat_map(|tls| tls.validate("")));
        wrong.extend(self.response_headers.validate(""));
        wrong.extend(self.const_labels.validate("const_labels"));
        wrong.extend(self.unsupported());
        wrong
    }
}
