//! From names and values to [`Settings`].

use campanile_wire::otlp::Signal;
use percent_encoding::percent_decode_str;

use super::reader::Reader;
use super::{Destination, LogLevel, Settings, Warning, agent, batching, limits, otlp, sampler};

impl Settings {
    /// Reads the process's environment, once. A value that is no Unicode is read as well as it
    /// can be.
    #[must_use]
    pub fn from_env() -> (Self, Vec<Warning>) {
        Self::from_lookup(|name| {
            std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
        })
    }

    /// Reads whatever `lookup` answers. Pure: nothing else is looked at.
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
        let mut read = Reader::new(&lookup);
        let reader = &mut read;
        let mut settings = Self {
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
            ..Self::default()
        };
        settings.trace_batching = batching::traces(reader, &mut settings.traces);
        settings.log_batching = batching::logs(reader, &mut settings.logs);
        settings.collection = batching::metrics(reader, &mut settings.metrics);
        agent::read(reader, &mut settings);
        (settings, read.into_warnings())
    }
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

fn log_level(reader: &mut Reader<'_>) -> LogLevel {
    let parse = |value: &str| match value {
        "none" | "off" => Some(LogLevel::Off),
        "error" | "fatal" => Some(LogLevel::Error),
        "warn" | "warning" => Some(LogLevel::Warn),
        "debug" | "info" | "trace" | "verbose" => Some(LogLevel::Info),
        _ => None,
    };
    let accepted = "none, error, warn or info";
    let parsed = reader.name(&["OTEL_LOG_LEVEL"], accepted, "info", parse);
    parsed.unwrap_or_default()
}

/// Percent-encoded `key=value` pairs. One that cannot be decoded spoils the whole value.
/// <https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable>
fn resource_attributes(reader: &mut Reader<'_>) -> Vec<(String, String)> {
    let decode = |text: &str| {
        percent_decode_str(text.trim())
            .decode_utf8()
            .ok()
            .map(String::from)
    };
    let parse = |value: &str| {
        let pairs = value.split(',').filter(|pair| !pair.trim().is_empty());
        pairs
            .map(|pair| {
                let (key, value) = pair.split_once('=')?;
                Some((decode(key)?, decode(value)?)).filter(|(key, _)| !key.is_empty())
            })
            .collect()
    };
    let accepted = "key=value pairs separated by commas, percent-encoded";
    reader
        .parse(
            &["OTEL_RESOURCE_ATTRIBUTES"],
            accepted,
            "none of them",
            parse,
        )
        .unwrap_or_default()
}

/// Which formats are left is the propagator's decision.
fn propagators(reader: &mut Reader<'_>) -> String {
    let variable = campanile_propagation::OTEL_PROPAGATORS;
    let list = reader.text(variable).unwrap_or_default();
    let (propagator, unknown) = campanile_propagation::Propagator::from_names(&list);
    if !unknown.is_empty() {
        let unknown: Vec<_> = unknown.iter().map(|format| format.name()).collect();
        let mut used = propagator.names().collect::<Vec<_>>().join(",");
        if used.is_empty() {
            used.push_str("none");
        }
        reader.warn(variable, unknown.join(","), known_formats(), used);
    }
    list
}

fn known_formats() -> String {
    let mut names: Vec<_> = campanile_propagation::formats::FORMATS
        .iter()
        .map(|format| format.name())
        .collect();
    names.push("none");
    names.join(", ")
}
