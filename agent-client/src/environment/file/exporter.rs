//! `otlp_http` and `otlp_grpc`.

use std::path::PathBuf;

use super::section::Section;
use crate::endpoint::without_credentials;
use crate::environment::{Compression, Destination, Endpoint, Headers, Tls};
use crate::protocol::Protocol;

/// An exporter of OTLP as the file has it, and how it sends.
pub(super) struct Exporter<'a> {
    pub(super) section: Section<'a>,
    is_http: bool,
}

impl<'a> Exporter<'a> {
    /// The exporter in `exporter`; `None` if it is no exporter of OTLP.
    pub(super) fn of(parent: &mut Section<'a>) -> Option<Self> {
        let mut exporter = parent.section("exporter")?;
        if let Some(section) = exporter.section("otlp_http") {
            let is_http = true;
            return Some(Self { section, is_http });
        }
        let section = exporter.section("otlp_grpc")?;
        let is_http = false;
        Some(Self { section, is_http })
    }

    pub(super) fn destination(mut self) -> Destination {
        let section = &mut self.section;
        let default = Destination::default();
        let protocol = if self.is_http {
            encoding(section)
        } else {
            Protocol::Otlp
        };
        let mut tls = section.section_or_empty("tls");
        let insecure = !self.is_http && tls.boolean("insecure");
        let headers = headers(section);
        let endpoint = endpoint(section, protocol, insecure);
        let parse = |value: &str| Compression::from_name(&value.to_ascii_lowercase());
        let compression = section.parse("compression", Compression::NAMES, "none", parse);
        Destination {
            protocol,
            // Whoever listens at the default does not get what was meant for others.
            headers: if matches!(endpoint, Some(None)) {
                Headers::default()
            } else {
                headers
            },
            endpoint: endpoint.flatten(),
            timeout: section.timeout("timeout", default.timeout),
            compression: compression.unwrap_or_default(),
            tls: certificates(&mut tls),
            ..default
        }
    }
}

fn encoding(section: &mut Section<'_>) -> Protocol {
    let parse = |value: &str| match value {
        "json" => Some(Protocol::OtlpHttpJson),
        "protobuf" => Some(Protocol::OtlpHttp),
        _ => None,
    };
    let parsed = section.parse("encoding", "protobuf or json", "protobuf", parse);
    parsed.unwrap_or(Protocol::OtlpHttp)
}

/// `None` when the file has none, `Some(None)` when it cannot be used. The path is part of it.
fn endpoint(
    section: &mut Section<'_>,
    protocol: Protocol,
    insecure: bool,
) -> Option<Option<Endpoint>> {
    let value = section.text("endpoint")?;
    let parsed = if insecure {
        Endpoint::parse_or_host_port(&value)
    } else {
        Endpoint::parse(&value)
    };
    match parsed {
        Ok(endpoint) => Some(Some(endpoint.exact())),
        Err(error) => {
            let used = format!("{} without headers", protocol.default_endpoint());
            let shown = without_credentials(&value);
            section.bad("endpoint", &shown, error.expected(), &used);
            Some(None)
        }
    }
}

/// Those of the list give way to those of the map.
fn headers(section: &mut Section<'_>) -> Headers {
    let list = section.text("headers_list").unwrap_or_default();
    let (mut headers, all_good) = Headers::parse_list(&list);
    if !all_good {
        let accepted = "name=value pairs separated by commas, values percent-encoded";
        section.bad("headers_list", "(hidden)", accepted, "the good ones");
    }
    for mut header in section.list("headers") {
        let name = header.text("name").unwrap_or_default();
        let Some(value) = header.text("value") else {
            continue;
        };
        if let Err(reason) = headers.insert(&name, &value) {
            let accepted = format!("a header ({reason})");
            header.bad("value", "(hidden)", &accepted, "the other ones");
        }
    }
    headers
}

/// A certificate without its key, or the other way round, is no identity.
fn certificates(section: &mut Section<'_>) -> Tls {
    let mut path = |key| section.text(key).map(PathBuf::from);
    let certificate = path("ca_file");
    let identity = (path("cert_file"), path("key_file"));
    if let (Some(_), None) | (None, Some(_)) = identity {
        let (given, accepted) = ("only one of two", "cert_file and key_file together");
        section.bad("cert_file", given, accepted, "no client certificate");
    }
    let (client_certificate, client_key) = match identity {
        (Some(certificate), Some(key)) => (Some(certificate), Some(key)),
        _ => (None, None),
    };
    Tls {
        certificate,
        client_certificate,
        client_key,
    }
}
