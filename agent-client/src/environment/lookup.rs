//! From names and values to [`Settings`].

use percent_encoding::percent_decode_str;

use super::reader::Reader;
use super::{Endpoint, Limits, Settings, Warning, otlp, sampler};
use crate::endpoint::without_credentials;
use crate::protocol::Protocol;

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
        let mut reader = Reader::new(&lookup);
        let mut settings = Self {
            disabled: reader.boolean(&["OTEL_SDK_DISABLED"], false),
            export: exporter(&mut reader),
            service_name: reader.text("OTEL_SERVICE_NAME"),
            resource_attributes: resource_attributes(&mut reader),
            propagators: propagators(&mut reader),
            sampler: sampler::read(&mut reader),
            limits: limits(&mut reader),
            ..Self::default()
        };
        otlp::read(&mut reader, &mut settings);
        agent(&mut reader, &mut settings);
        batching(&mut reader, &mut settings);
        (settings, reader.into_warnings())
    }
}

fn exporter(reader: &mut Reader<'_>) -> bool {
    let parse = |value: &str| match value {
        "none" => Some(false),
        "otlp" => Some(true),
        _ => None,
    };
    reader
        .parse("OTEL_TRACES_EXPORTER", "otlp or none", "otlp", parse)
        .unwrap_or(true)
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
        .parse("OTEL_RESOURCE_ATTRIBUTES", accepted, "none of them", parse)
        .unwrap_or_default()
}

fn propagators(reader: &mut Reader<'_>) -> String {
    let list = reader
        .text(campanile_propagation::OTEL_PROPAGATORS)
        .unwrap_or_default();
    let (_, unknown) = campanile_propagation::Propagator::from_names(&list);
    for format in unknown {
        let variable = campanile_propagation::OTEL_PROPAGATORS;
        reader.warn(
            variable,
            format.name(),
            known_formats(),
            "the other ones of the list",
        );
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

fn limits(reader: &mut Reader<'_>) -> Limits {
    let default = Limits::default();
    let mut count = |variables: &[&'static str], default: u32| {
        reader
            .number(variables, 0, Some(default))
            .unwrap_or(default)
    };
    Limits {
        attributes_per_span: count(
            &[
                "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
                "OTEL_ATTRIBUTE_COUNT_LIMIT",
            ],
            default.attributes_per_span,
        ),
        events_per_span: count(&["OTEL_SPAN_EVENT_COUNT_LIMIT"], default.events_per_span),
        links_per_span: count(&["OTEL_SPAN_LINK_COUNT_LIMIT"], default.links_per_span),
        attributes_per_event: count(
            &["OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT"],
            default.attributes_per_event,
        ),
        attributes_per_link: count(
            &["OTEL_LINK_ATTRIBUTE_COUNT_LIMIT"],
            default.attributes_per_link,
        ),
        value_chars: reader.number(
            &[
                "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
                "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
            ],
            0,
            None,
        ),
    }
}

fn agent(reader: &mut Reader<'_>, settings: &mut Settings) {
    let protocol = |value: &str| match value {
        "opencensus" => Some(Protocol::OpenCensus),
        "otlp" => Some(Protocol::Otlp),
        _ => None,
    };
    settings.protocol = reader
        .parse(
            "CAMPANILE_AGENT_PROTOCOL",
            "otlp or opencensus",
            "otlp",
            protocol,
        )
        .unwrap_or_default();
    let variable = "CAMPANILE_AGENT_ENDPOINT";
    if let Some(value) = reader.text(variable) {
        match Endpoint::parse_or_host_port(&value) {
            Ok(endpoint) => settings.agent_endpoint = Some(endpoint),
            Err(error) => {
                let used = settings.endpoint().to_string();
                reader.warn(
                    variable,
                    without_credentials(&value),
                    error.expected(),
                    used,
                );
            }
        }
    }
    let interval = settings.reconnect_interval;
    settings.reconnect_interval =
        reader.millis(&["CAMPANILE_AGENT_RECONNECT_INTERVAL"], 1, interval);
    settings.buffer_bytes = reader
        .number(
            &["CAMPANILE_AGENT_BUFFER_BYTES"],
            64 << 10,
            Some(settings.buffer_bytes),
        )
        .unwrap_or(settings.buffer_bytes);
}

fn batching(reader: &mut Reader<'_>, settings: &mut Settings) {
    settings.schedule_delay =
        reader.millis(&["OTEL_BSP_SCHEDULE_DELAY"], 0, settings.schedule_delay);
    let export = reader.millis(
        &["OTEL_BSP_EXPORT_TIMEOUT"],
        1,
        std::time::Duration::from_secs(30),
    );
    settings.timeout = settings.timeout.min(export);
    settings.max_buffer_spans = reader.number(&["OTEL_BSP_MAX_QUEUE_SIZE"], 1, None);
    let size = settings.max_batch_spans;
    settings.max_batch_spans = reader
        .number(&["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"], 1, Some(size))
        .unwrap_or(size);
}
