//! `service.telemetry`: what the agent says about itself, with the Collector's keys.
//!
//! ```yaml
//! service:
//!   telemetry:
//!     logs: {level: info, encoding: console}     # encoding: console or json
//!     metrics: {level: normal, address: 127.0.0.1:8888}
//!     resource: {service.name: campanile}
//! ```
//!
//! `metrics.readers` as the Collector writes them are understood too:
//! `[{pull: {exporter: {prometheus: {host: localhost, port: 8888}}}}]`.
//!
//! What the Collector has besides is accepted where it changes nothing that anybody would miss
//! (lines of the log are never left out, so `sampling` has nothing to do; the agent traces nothing
//! of its own, so `traces.level` has nothing to say), and refused by its name where a file that asks
//! for it would not get it: another place for the log, fields in every line, metrics that are pushed
//! or named otherwise.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Endpoint, HumanDuration};
use crate::component::{Invalid, NOT_SUPPORTED, deserialize};
use crate::receivers::{Unsupported, refuse};

/// Logs and metrics of the agent itself.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Telemetry {
    /// The log on standard error.
    pub logs: Logs,
    /// The metrics page.
    pub metrics: MetricsPage,
    /// Attributes of the agent itself, shown as `target_info` on the metrics page. Default none.
    pub resource: BTreeMap<String, Value>,
    /// Spans of the agent's own work, of which there are none.
    pub traces: OwnTraces,
}

/// `logs`: the log on standard error.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Logs {
    /// What is logged: this level and worse. Default info.
    pub level: LogLevel,
    /// How a line looks. Default console.
    pub encoding: LogEncoding,
    /// Without effect: there is one way to log. Default false.
    pub development: bool,
    /// Without effect: no line says where in the program it comes from. Default false.
    pub disable_caller: bool,
    /// Without effect: no line has a stack trace. Default false.
    pub disable_stacktrace: bool,
    /// Where lines go: standard error is the only place. Default \[stderr\].
    pub output_paths: Vec<String>,
    /// Where the log's own errors go: standard error is the only place. Default \[stderr\].
    pub error_output_paths: Vec<String>,
    /// Without effect: no line is left out. Default none.
    pub sampling: Option<LogSampling>,
    /// Refused: lines have no fields of the configuration's; `resource` is shown with the metrics.
    #[serde(skip_serializing)]
    pub initial_fields: Unsupported,
    /// Refused: the log is not sent anywhere.
    #[serde(skip_serializing)]
    pub processors: Unsupported,
}

impl Default for Logs {
    fn default() -> Self {
        Self {
            level: LogLevel::default(),
            encoding: LogEncoding::default(),
            development: false,
            disable_caller: false,
            disable_stacktrace: false,
            output_paths: vec![STDERR.to_owned()],
            error_output_paths: vec![STDERR.to_owned()],
            sampling: None,
            initial_fields: Unsupported::default(),
            processors: Unsupported::default(),
        }
    }
}

/// The one place where lines go.
const STDERR: &str = "stderr";

/// `logs.sampling`: which of many equal lines the Collector leaves out. Without effect.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogSampling {
    /// Without effect. Default true.
    pub enabled: bool,
    /// Without effect. Default 10s.
    pub tick: HumanDuration,
    /// Without effect. Default 10.
    pub initial: u64,
    /// Without effect. Default 100.
    pub thereafter: u64,
}

impl Default for LogSampling {
    fn default() -> Self {
        Self {
            enabled: true,
            tick: HumanDuration(Duration::from_secs(10)),
            initial: 10,
            thereafter: 100,
        }
    }
}

/// `traces`: spans of the agent's own work, of which there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct OwnTraces {
    /// Without effect: there are none at any level. Default normal.
    pub level: MetricsLevel,
    /// Without effect: what has no spans passes no context on. Default none.
    pub propagators: Vec<String>,
    /// Refused: there are no spans that could be sent.
    #[serde(skip_serializing)]
    pub processors: Unsupported,
    /// Refused: there are no spans that could be chosen from.
    #[serde(skip_serializing)]
    pub sampler: Unsupported,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Everything that helps to find a fault.
    Debug,
    /// What went wrong.
    Error,
    /// Changes of state.
    #[default]
    Info,
    /// What may go wrong.
    Warn,
}

impl LogLevel {
    /// The name, as it is configured.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Error => "error",
            Self::Info => "info",
            Self::Warn => "warn",
        }
    }
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogEncoding {
    /// For people.
    #[default]
    Console,
    /// An object for each line.
    Json,
}

/// `metrics`: the page that Prometheus reads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct MetricsPage {
    /// Whether there are metrics at all; the levels above none are the same. Default normal.
    pub level: MetricsLevel,
    /// Where the page is served. Default 127.0.0.1:8888.
    pub address: Option<Endpoint>,
    /// The same, as the Collector writes it; at most one reader.
    pub readers: Vec<Reader>,
    /// Refused: metrics are what they are called.
    #[serde(skip_serializing)]
    pub views: Unsupported,
}

/// How many metrics there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MetricsLevel {
    /// The Collector's few.
    Basic,
    /// All of them.
    Detailed,
    /// No page.
    None,
    /// The Collector's usual ones.
    #[default]
    Normal,
}

/// One of `metrics.readers`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Reader {
    /// A reader that waits for requests: the only kind there is here.
    #[serde(default)]
    pub pull: Option<Pull>,
    /// Refused: metrics are not pushed; `pull` serves them.
    #[serde(default, skip_serializing)]
    pub periodic: Unsupported,
}

/// `pull` of a reader.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Pull {
    /// What it serves.
    pub exporter: PullExporter,
}

/// `pull.exporter` of a reader.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PullExporter {
    /// The Prometheus text format.
    pub prometheus: Prometheus,
}

/// `pull.exporter.prometheus` of a reader.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Prometheus {
    /// Default localhost.
    pub host: String,
    /// Default 8888.
    pub port: u16,
    /// Whether series say which part of the program they are of: they never do. Default true.
    pub without_scope_info: bool,
    /// Whether names go without `_total`: they always do. Default true.
    pub without_type_suffix: bool,
    /// Whether names go without their unit: they always do. Default true.
    pub without_units: bool,
    /// Refused: `resource` is in `target_info`, not in every series.
    #[serde(skip_serializing)]
    pub with_resource_constant_labels: Unsupported,
}

impl Default for Prometheus {
    fn default() -> Self {
        Self {
            host: "localhost".to_owned(),
            port: 8888,
            without_scope_info: true,
            without_type_suffix: true,
            without_units: true,
            with_resource_constant_labels: Unsupported::default(),
        }
    }
}

impl Telemetry {
    /// Where the metrics page is served, and the key that says so; nothing when there is none.
    #[must_use]
    pub fn metrics_endpoint(&self) -> Option<(Endpoint, &'static str)> {
        if self.metrics.level == MetricsLevel::None {
            return None;
        }
        if let Some(address) = &self.metrics.address {
            return Some((address.clone(), "telemetry.metrics.address"));
        }
        let Some(prometheus) = self.metrics.readers.first().and_then(Reader::prometheus) else {
            return Some((Endpoint::loopback(8888), "telemetry.metrics.address"));
        };
        let endpoint = prometheus.endpoint().ok()?;
        Some((
            endpoint,
            "telemetry.metrics.readers[0].pull.exporter.prometheus",
        ))
    }

    /// Reads and checks the section.
    pub(super) fn parse(value: &Value) -> Result<Self, Vec<Invalid>> {
        if value.is_null() {
            return Ok(Self::default());
        }
        let telemetry: Self = deserialize(value).map_err(|wrong| vec![wrong])?;
        let mut wrong = telemetry.logs.validate();
        wrong.extend(telemetry.metrics.validate());
        wrong.extend(telemetry.traces.validate());
        if wrong.is_empty() {
            Ok(telemetry)
        } else {
            Err(wrong)
        }
    }
}

impl Logs {
    fn validate(&self) -> Vec<Invalid> {
        let places = [
            ("output_paths", &self.output_paths),
            ("error_output_paths", &self.error_output_paths),
        ];
        let mut wrong = Vec::new();
        for (key, paths) in places {
            for (index, path) in paths.iter().enumerate() {
                if path != STDERR {
                    let message = "the log goes to `stderr` only: redirect that";
                    wrong.push(Invalid::new(format!("logs.{key}[{index}]"), message));
                }
            }
        }
        let refused = [
            ("initial_fields", self.initial_fields),
            ("processors", self.processors),
        ];
        wrong.extend(refuse("logs.", &refused));
        wrong
    }
}

impl OwnTraces {
    fn validate(&self) -> Vec<Invalid> {
        let refused = [("processors", self.processors), ("sampler", self.sampler)];
        refuse("traces.", &refused)
    }
}

impl Reader {
    fn prometheus(&self) -> Option<&Prometheus> {
        self.pull.as_ref().map(|pull| &pull.exporter.prometheus)
    }

    fn validate(&self, at: &str) -> Vec<Invalid> {
        let mut wrong = refuse(&format!("{at}."), &[("periodic", self.periodic)]);
        match self.prometheus() {
            Some(prometheus) => {
                let at = format!("{at}.pull.exporter.prometheus.");
                wrong.extend(prometheus.validate(&at));
            }
            None if wrong.is_empty() => wrong.push(Invalid::new(at, "`pull` is missing")),
            None => {}
        }
        wrong
    }
}

impl MetricsPage {
    fn validate(&self) -> Vec<Invalid> {
        let mut wrong = refuse("metrics.", &[("views", self.views)]);
        if self.readers.len() > 1 {
            wrong.push(Invalid::new(
                "metrics.readers[1]",
                "only one reader is supported",
            ));
        }
        if self.address.is_some() && !self.readers.is_empty() {
            let message = "`readers` says where the page is already: leave one of the two out";
            wrong.push(Invalid::new("metrics.address", message));
        }
        if let Some(reader) = self.readers.first() {
            wrong.extend(reader.validate("metrics.readers[0]"));
        }
        wrong
    }
}

impl Prometheus {
    fn validate(&self, at: &str) -> Vec<Invalid> {
        let labels = (
            "with_resource_constant_labels",
            self.with_resource_constant_labels,
        );
        let mut wrong = refuse(at, &[labels]);
        let fixed = [
            ("without_scope_info", self.without_scope_info),
            ("without_type_suffix", self.without_type_suffix),
            ("without_units", self.without_units),
        ];
        for (key, _) in fixed.iter().filter(|(_, value)| !value) {
            let message = format!("`{key}: false` {NOT_SUPPORTED}");
            wrong.push(Invalid::new(format!("{at}{key}"), message));
        }
        if let Err(message) = self.endpoint() {
            wrong.push(Invalid::new(format!("{at}host"), message));
        }
        wrong
    }

    fn endpoint(&self) -> Result<Endpoint, String> {
        let bare_v6 = self.host.contains(':') && !self.host.starts_with('[');
        if bare_v6 {
            format!("[{}]:{}", self.host, self.port).parse()
        } else {
            format!("{}:{}", self.host, self.port).parse()
        }
    }
}
