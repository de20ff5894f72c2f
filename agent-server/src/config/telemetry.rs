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

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Endpoint;
use crate::component::{Invalid, deserialize};

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
}

/// `logs`: the log on standard error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Logs {
    /// What is logged: this level and worse. Default info.
    pub level: LogLevel,
    /// How a line looks. Default console.
    pub encoding: LogEncoding,
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
    pub pull: Pull,
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
}

impl Default for Prometheus {
    fn default() -> Self {
        Self {
            host: "localhost".to_owned(),
            port: 8888,
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
        let Some(reader) = self.metrics.readers.first() else {
            return Some((Endpoint::loopback(8888), "telemetry.metrics.address"));
        };
        let endpoint = reader.pull.exporter.prometheus.endpoint().ok()?;
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
        let wrong = telemetry.metrics.validate();
        if wrong.is_empty() {
            Ok(telemetry)
        } else {
            Err(wrong)
        }
    }
}

impl MetricsPage {
    fn validate(&self) -> Vec<Invalid> {
        let mut wrong = Vec::new();
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
        if let Some(Err(message)) = self
            .readers
            .first()
            .map(|reader| reader.pull.exporter.prometheus.endpoint())
        {
            wrong.push(Invalid::new(
                "metrics.readers[0].pull.exporter.prometheus.host",
                message,
            ));
        }
        wrong
    }
}

impl Prometheus {
    fn endpoint(&self) -> Result<Endpoint, String> {
        let bare_v6 = self.host.contains(':') && !self.host.starts_with('[');
        if bare_v6 {
            format!("[{}]:{}", self.host, self.port).parse()
        } else {
            format!("{}:{}", self.host, self.port).parse()
        }
    }
}
