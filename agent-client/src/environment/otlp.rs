//! `OTEL_EXPORTER_OTLP_*`: the variables every OTLP exporter knows, for each signal.
//!
//! <https://opentelemetry.io/docs/specs/otel/protocol/exporter/#configuration-options>

use std::path::PathBuf;

use campanile_wire::otlp::Signal;

use super::destination::{Compression, Destination, Tls};
use super::reader::Reader;
use super::{Endpoint, Headers};
use crate::endpoint::{EndpointError, without_credentials};
use crate::protocol::Protocol;

/// The names of each setting, the one of the signal first.
struct Names {
    certificate: [&'static str; 2],
    client_certificate: [&'static str; 2],
    client_key: [&'static str; 2],
    compression: [&'static str; 2],
    endpoint: [&'static str; 2],
    headers: [&'static str; 2],
    insecure: &'static [&'static str],
    protocol: [&'static str; 2],
    timeout: [&'static str; 2],
}

macro_rules! names {
    ($signal:literal, $($obsolete:literal)?) => {
        Names {
            certificate: names!(@pair $signal, "CERTIFICATE"),
            client_certificate: names!(@pair $signal, "CLIENT_CERTIFICATE"),
            client_key: names!(@pair $signal, "CLIENT_KEY"),
            compression: names!(@pair $signal, "COMPRESSION"),
            endpoint: names!(@pair $signal, "ENDPOINT"),
            headers: names!(@pair $signal, "HEADERS"),
            insecure: &[
                concat!("OTEL_EXPORTER_OTLP_", $signal, "_INSECURE"),
                $(concat!("OTEL_EXPORTER_OTLP_", $obsolete, "_INSECURE"),)?
                "OTEL_EXPORTER_OTLP_INSECURE",
            ],
            protocol: names!(@pair $signal, "PROTOCOL"),
            timeout: names!(@pair $signal, "TIMEOUT"),
        }
    };
    (@pair $signal:literal, $name:literal) => {
        [
            concat!("OTEL_EXPORTER_OTLP_", $signal, "_", $name),
            concat!("OTEL_EXPORTER_OTLP_", $name),
        ]
    };
}

static LOGS: Names = names!("LOGS",);
static METRICS: Names = names!("METRICS", "METRIC");
static TRACES: Names = names!("TRACES", "SPAN");

/// Reads where a signal goes; `export` is for others to say.
pub(super) fn destination(reader: &mut Reader<'_>, signal: Signal) -> Destination {
    let names = match signal {
        Signal::Logs => &LOGS,
        Signal::Metrics => &METRICS,
        Signal::Traces => &TRACES,
    };
    let default = Destination::default();
    let protocol = protocol(reader, names);
    let endpoint = endpoint(reader, names, protocol);
    let headers = headers(reader, names);
    Destination {
        // Headers are for the endpoint they were written for: when that one cannot be used,
        // whoever listens at the default does not get them.
        headers: if matches!(endpoint, Some(None)) {
            Headers::default()
        } else {
            headers
        },
        protocol,
        endpoint: endpoint.flatten(),
        timeout: reader.timeout(&names.timeout, default.timeout),
        compression: compression(reader, names),
        tls: tls(reader, names),
        ..default
    }
}

fn protocol(reader: &mut Reader<'_>, names: &Names) -> Protocol {
    let parse = |value: &str| match value {
        "grpc" => Some(Protocol::Otlp),
        "http/json" => Some(Protocol::OtlpHttpJson),
        "http/protobuf" => Some(Protocol::OtlpHttp),
        _ => None,
    };
    let accepted = "grpc, http/protobuf or http/json";
    reader
        .name(&names.protocol, accepted, "grpc", parse)
        .unwrap_or_default()
}

/// `None` when unset, `Some(None)` when it cannot be used.
fn endpoint(
    reader: &mut Reader<'_>,
    names: &Names,
    protocol: Protocol,
) -> Option<Option<Endpoint>> {
    let insecure = reader.boolean(names.insecure);
    let (variable, value) = reader.first(&names.endpoint)?;
    let parsed = if insecure {
        Endpoint::parse_or_host_port(&value)
    } else {
        Endpoint::parse(&value)
    };
    let error = match parsed {
        Ok(endpoint) if Some(&variable) == names.endpoint.first() => {
            return Some(Some(endpoint.exact()));
        }
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
    let used = format!("{} without headers", protocol.default_endpoint());
    reader.warn(variable, without_credentials(&value), accepted, used);
    Some(None)
}

fn headers(reader: &mut Reader<'_>, names: &Names) -> Headers {
    let Some((variable, value)) = reader.first(&names.headers) else {
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

fn compression(reader: &mut Reader<'_>, names: &Names) -> Compression {
    let parse = Compression::from_name;
    reader
        .name(&names.compression, Compression::NAMES, "none", parse)
        .unwrap_or_default()
}

/// A certificate without its key, or the other way round, is no identity.
fn tls(reader: &mut Reader<'_>, names: &Names) -> Tls {
    let certificate = reader.first(&names.client_certificate);
    let key = reader.first(&names.client_key);
    let (client_certificate, client_key) = match (certificate, key) {
        (Some((_, certificate)), Some((_, key))) => (Some(certificate), Some(key)),
        (Some((variable, value)), None) | (None, Some((variable, value))) => {
            let accepted = "a certificate and its key together";
            reader.warn(variable, value, accepted, "no client certificate");
            (None, None)
        }
        (None, None) => (None, None),
    };
    let authorities = reader.first(&names.certificate);
    Tls {
        certificate: authorities.map(|(_, value)| PathBuf::from(value)),
        client_certificate: client_certificate.map(PathBuf::from),
        client_key: client_key.map(PathBuf::from),
    }
}
