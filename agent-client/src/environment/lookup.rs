//! From names and values to [`Settings`].

use std::io;
use std::path::Path;

use campanile_wire::otlp::Signal;
use percent_encoding::percent_decode_str;

use super::reader::Reader;
use super::{
    Destination, LogLevel, Settings, Warning, agent, batching, certificates, disk, file, limits,
    otlp, sampler,
};

impl Settings {
    /// Reads the process's environment and the file that `OTEL_CONFIG_FILE` names, once. A value
    /// that is no Unicode is read as well as it can be.
    #[must_use]
    pub fn from_env() -> (Self, Vec<Warning>) {
        let lookup =
            |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        let (settings, mut warnings) = Self::from_sources(&lookup, &disk::read);
        warnings.extend(certificates::check(&settings));
        (settings, warnings)
    }

    /// Reads whatever `lookup` answers. Pure: nothing else is looked at, and a file that
    /// `OTEL_CONFIG_FILE` names is not read.
    ///
    /// # Example
    ///
    /// ```
    /// use campanile_agent_client::environment::Settings;
    ///
    /// let (settings, warnings) = Settings::from_lookup(|name| {
    ///     (name == "OTEL_SERVICE_NAME").then(|| "shop".to_owned())
    /// });
    /// assert_eq!(settings.service_name.as_deref(), Some("shop"));
    /// assert!(warnings.is_empty());
    /// ```
    #[must_use]
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> (Self, Vec<Warning>) {
        Self::from_sources(&lookup, &disk::none)
    }

    /// What a configuration file says, else what the variables say; and what is the agent's own.
    pub(super) fn from_sources(
        lookup: &dyn Fn(&str) -> Option<String>,
        files: &dyn Fn(&Path) -> io::Result<String>,
    ) -> (Self, Vec<Warning>) {
        let mut reader = Reader::new(lookup);
        let from_file = file::read(&mut reader, files);
        let mut settings = from_file.unwrap_or_else(|| variables(&mut reader));
        agent::read(&mut reader, &mut settings);
        (settings, reader.into_warnings())
    }
}

/// The variables that every SDK knows.
fn variables(reader: &mut Reader<'_>) -> Settings {
    let mut settings = Settings {
        disabled: reader.boolean(&["OTEL_SDK_DISABLED"]),
        service_name: reader.text("OTEL_SERVICE_NAME"),
        resource_attributes: resource_attributes(reader),
        propagators: propagators(reader),
        sampler: sampler::read(reader),
        limits: limits::read(reader),
        log_level: log_level(reader),
        traces: destination(reader, Signal::Traces),
        metrics: destination(reader, Signal::Metrics),
        logs: destination(reader, Signal::Logs),
        ..Settings::default()
    };
    settings.trace_batching = batching::traces(reader, &mut settings.traces);
    settings.log_batching = batching::logs(reader, &mut settings.logs);
    settings.collection = batching::metrics(reader, &mut settings.metrics);
    settings
}

fn destination(reader: &mut Reader<'_>, signal: Signal) -> Destination {
    Destination {
        export: exporter(reader, signal),
        ..otlp::destination(reader, signal)
    }
}

/// A list is good if one of it is known; the others are not there.
fn exporter(reader: &mut Reader<'_>, signal: Signal) -> bool {
    let variable = match signal {
        Signal::Logs => "OTEL_LOGS_EXPORTER",
        Signal::Metrics => "OTEL_METRICS_EXPORTER",
        Signal::Traces => "OTEL_TRACES_EXPORTER",
    };
    let list = reader.text(variable).unwrap_or_default();
    let is = |name: &str, wanted: &str| name.eq_ignore_ascii_case(wanted);
    let mut unknown: Vec<_> = list.split(',').map(str::trim).collect();
    let is_none = unknown.iter().any(|name| is(name, "none"));
    unknown.retain(|name| !name.is_empty() && !is(name, "none") && !is(name, "otlp"));
    if !unknown.is_empty() {
        let used = if is_none { "none" } else { "otlp" };
        reader.warn(variable, unknown.join(","), "otlp or none", used);
    }
    !is_none
}

pub(super) const LOG_LEVELS: &str = "none, error, warn or info";

fn log_level(reader: &mut Reader<'_>) -> LogLevel {
    let parsed = reader.name(&["OTEL_LOG_LEVEL"], LOG_LEVELS, "info", log_level_of);
    parsed.unwrap_or_default()
}

pub(super) fn log_level_of(name: &str) -> Option<LogLevel> {
    match name {
        "none" | "off" => Some(LogLevel::Off),
        "error" | "fatal" => Some(LogLevel::Error),
        "warn" | "warning" => Some(LogLevel::Warn),
        "debug" | "info" | "trace" | "verbose" => Some(LogLevel::Info),
        _ => None,
    }
}

pub(super) const PAIRS: &str = "key=value pairs separated by commas, percent-encoded";

fn resource_attributes(reader: &mut Reader<'_>) -> Vec<(String, String)> {
    let variable = "OTEL_RESOURCE_ATTRIBUTES";
    let parsed = reader.parse(&[variable], PAIRS, "none of them", pairs);
    parsed.unwrap_or_default()
}

/// Percent-encoded `key=value` pairs. One that cannot be decoded spoils the whole value.
/// <https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable>
pub(super) fn pairs(list: &str) -> Option<Vec<(String, String)>> {
    let decode = |text: &str| {
        percent_decode_str(text.trim())
            .decode_utf8()
            .ok()
            .map(String::from)
    };
    let pairs = list.split(',').filter(|pair| !pair.trim().is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=')?;
            Some((decode(key)?, decode(value)?)).filter(|(key, _)| !key.is_empty())
        })
        .collect()
}

fn propagators(reader: &mut Reader<'_>) -> String {
    let variable = campanile_propagation::OTEL_PROPAGATORS;
    let list = reader.text(variable).unwrap_or_default();
    if let Some((unknown, used)) = unknown_formats(&list) {
        reader.warn(variable, unknown, known_formats(), used);
    }
    list
}

/// The formats of a list that nobody knows, and those that are left: the propagator decides.
pub(super) fn unknown_formats(list: &str) -> Option<(String, String)> {
    let (propagator, unknown) = campanile_propagation::Propagator::from_names(list);
    let unknown: Vec<_> = unknown.iter().map(|format| format.name()).collect();
    let left: Vec<_> = propagator.names().collect();
    let used = if left.is_empty() {
        "none".to_owned()
    } else {
        left.join(",")
    };
    (!unknown.is_empty()).then(|| (unknown.join(","), used))
}

pub(super) fn known_formats() -> String {
    let mut names: Vec<_> = campanile_propagation::formats::FORMATS
        .iter()
        .map(|format| format.name())
        .collect();
    names.push("none");
    names.join(", ")
}
