//! The remote endpoint of a call, from attributes of the conventions.
//!
//! For spans of clients and producers, the first of these that there is
//! ([specification](https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/zipkin/#otlp---zipkin)):
//! an address becomes `ipv4` or `ipv6`, anything else the service name. The attributes stay tags.

use std::net::IpAddr;

use campanile_wire::otlp::view::{AnyValue, Span};
use campanile_wire::zipkin::Endpoint;

/// Attributes, and that of the port beside them.
const KEYS: [(&str, Option<&str>); 11] = [
    ("peer.service", None),
    ("server.address", None),
    ("net.peer.name", None),
    ("network.peer.address", Some("network.peer.port")),
    ("server.socket.domain", None),
    ("server.socket.address", Some("server.socket.port")),
    ("net.sock.peer.name", None),
    ("net.sock.peer.addr", Some("net.sock.peer.port")),
    ("peer.hostname", None),
    ("peer.address", None),
    ("db.name", None),
];

/// Completes `endpoint`, if nothing says yet whose it is.
pub(super) fn complete<'a>(endpoint: &mut Endpoint<'a>, span: &Span<'a>) {
    let calls = matches!(span.kind, 3 | 4);
    let known =
        !(endpoint.service_name.is_empty() && endpoint.ipv4.is_empty() && endpoint.ipv6.is_empty());
    if known || !calls {
        return;
    }
    let text = |key| span.attributes().find(key).and_then(AnyValue::as_text);
    let found = KEYS.iter().find_map(|(key, port)| {
        let value = text(key).filter(|value| !value.is_empty())?;
        Some((value, *port))
    });
    let Some((value, port)) = found else {
        return;
    };
    match value.parse() {
        Ok(IpAddr::V4(_)) => endpoint.ipv4 = value.into(),
        Ok(IpAddr::V6(_)) => endpoint.ipv6 = value.into(),
        Err(_) => endpoint.service_name = value.into(),
    }
    let port = port.and_then(|key| span.attributes().find(key)?.as_int());
    if let Some(port) = port.filter(|port| (1..=0xffff).contains(port)) {
        endpoint.port = port;
    }
}
