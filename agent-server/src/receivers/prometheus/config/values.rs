//! Single values.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::Found;
use crate::receivers::prometheus::parse::Format;

/// A switch that is on unless it is turned off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(transparent)]
pub struct On(pub bool);

impl Default for On {
    fn default() -> Self {
        Self(true)
    }
}

/// The path of a target's metrics.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(transparent)]
pub struct MetricsPath(pub String);

impl Default for MetricsPath {
    fn default() -> Self {
        Self("/metrics".to_owned())
    }
}

/// The scheme of a target's URL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// Without TLS.
    #[default]
    Http,
    /// With TLS.
    Https,
}

impl Scheme {
    /// As it stands in a URL.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// A format that targets may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
pub enum ScrapeProtocol {
    /// An early draft of OpenMetrics.
    #[serde(rename = "OpenMetricsText0.0.1")]
    OpenMetrics0,
    /// OpenMetrics.
    #[serde(rename = "OpenMetricsText1.0.0")]
    OpenMetrics1,
    /// Protobuf. Refused: not supported yet.
    #[serde(rename = "PrometheusProto")]
    Proto,
    /// Text 0.0.4.
    #[serde(rename = "PrometheusText0.0.4")]
    Text0,
    /// The same with quoted names.
    #[serde(rename = "PrometheusText1.0.0")]
    Text1,
}

impl ScrapeProtocol {
    /// What is asked for by default.
    pub(super) const DEFAULTS: [Self; 4] = [
        Self::OpenMetrics1,
        Self::OpenMetrics0,
        Self::Text1,
        Self::Text0,
    ];

    /// The format to read.
    pub(crate) fn format(self) -> Format {
        match self {
            Self::OpenMetrics0 | Self::OpenMetrics1 => Format::OpenMetrics,
            Self::Proto | Self::Text0 | Self::Text1 => Format::Text,
        }
    }

    /// The media type to ask for.
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::OpenMetrics0 => "application/openmetrics-text;version=0.0.1",
            Self::OpenMetrics1 => "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8",
            Self::Proto => "application/vnd.google.protobuf",
            Self::Text0 => "text/plain;version=0.0.4",
            Self::Text1 => "text/plain;version=1.0.0;escaping=allow-utf-8",
        }
    }

    /// Finds a list that is empty, or has what is not supported.
    pub(super) fn check_list(list: &[Self], found: &mut Found<'_>) {
        let mut found = found.at("scrape_protocols");
        if list.is_empty() {
            found.add("", "names no format");
        }
        Self::check_all(list.iter().copied(), &mut found);
    }

    /// Finds what is not supported.
    pub(super) fn check_all(mut list: impl Iterator<Item = Self>, found: &mut Found<'_>) {
        if list.any(|protocol| protocol == Self::Proto) {
            found.add("", "PrometheusProto is not supported yet");
        }
    }
}
