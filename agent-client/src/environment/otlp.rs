//! `OTEL_EXPORTER_OTLP_*`: the variables every OTLP exporter knows.
//!
//! <https://opentelemetry.io/docs/specs/otel/protocol/exporter/#configuration-options>

use super::reader::Reader;
use super::{Endpoint, Headers, Settings};
use crate::endpoint::{EndpointError, without_credentials};
use crate::protocol::Protocol;

const ENDPOINT: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
];
const HEADERS: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    "OTEL_EXPORTER_OTLP_HEADERS",
];
const INSECURE: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_INSECURE",
    "OTEL_EXPORTER_OTLP_INSECURE",
];
const PROTOCOL: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
    "OTEL_EXPORTER_OTLP_PROTOCOL",
];
const TIMEOUT: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
    "OTEL_EXPORTER_OTLP_TIMEOUT",
];

pub(super) fn read(reader: &mut Reader<'_>, settings: &mut Settings) {
    let insecure = reader.boolean(&INSECURE, false);
    let endpoint = endpoint(reader, insecure);
    // Headers are for the endpoint they were written for: when that one cannot be used, whoever
    // listens at the default does not get them.
    let misdirected = matches!(endpoint, Some(None));
    settings.otlp_endpoint = endpoint.flatten();
    let headers = headers(reader);
    if !misdirected {
        settings.headers = headers;
    }
    settings.timeout = reader.millis(&TIMEOUT, 1, settings.timeout);
    let parse = |value: &str| (value == "grpc").then_some(());
    let _ = reader.parse_first(
        &PROTOCOL,
        "grpc (OTLP over HTTP is not supported yet)",
        "grpc",
        parse,
    );
}

/// `None` when unset, `Some(None)` when it cannot be used.
fn endpoint(reader: &mut Reader<'_>, insecure: bool) -> Option<Option<Endpoint>> {
    let (variable, value) = reader.first(&ENDPOINT)?;
    let parsed = if insecure {
        Endpoint::parse_or_host_port(&value)
    } else {
        Endpoint::parse(&value)
    };
    let error = match parsed {
        Ok(endpoint) => return Some(Some(endpoint)),
        Err(error) => error,
    };
    let without_scheme =
        error == EndpointError::Malformed && Endpoint::parse_or_host_port(&value).is_ok();
    let accepted = if without_scheme {
        "http://HOST:PORT, or HOST:PORT together with OTEL_EXPORTER_OTLP_INSECURE=true"
    } else {
        error.expected()
    };
    let used = format!("{} without headers", Protocol::Otlp.default_endpoint());
    reader.warn(variable, without_credentials(&value), accepted, used);
    Some(None)
}

fn headers(reader: &mut Reader<'_>) -> Headers {
    let Some((variable, value)) = reader.first(&HEADERS) else {
        return Headers::default();
    };
    let (headers, all_good) = Headers::parse_list(&value);
    if !all_good {
        let accepted = "name=value pairs separated by commas, values percent-encoded";
        reader.warn(
            variable,
            "(hidden)",
            accepted,
            format!("the {} good ones", headers.len()),
        );
    }
    headers
}
