//! Both sides of a call, and other attributes that are no tags.

use campanile_wire::otlp::write::{Scalar, attribute};
use campanile_wire::zipkin::{Endpoint, Span};

use super::span::ATTRIBUTES;

/// Keys under which a side of a call is known, and those that no tag has.
struct Side {
    name: [&'static str; 2],
    ip: [&'static str; 2],
    port: [&'static str; 2],
    second_ip: &'static str,
}

const LOCAL: Side = Side {
    // The name is the resource's.
    name: ["", ""],
    ip: ["net.host.ip", "zipkin.localEndpoint.ip"],
    port: ["net.host.port", "zipkin.localEndpoint.port"],
    second_ip: "zipkin.localEndpoint.ipv6",
};

const REMOTE: Side = Side {
    name: ["peer.service", "zipkin.remoteEndpoint.serviceName"],
    ip: ["net.peer.ip", "zipkin.remoteEndpoint.ip"],
    port: ["net.peer.port", "zipkin.remoteEndpoint.port"],
    second_ip: "zipkin.remoteEndpoint.ipv6",
};

/// Writes what the endpoints of `span` say, but for the name of its service.
pub(super) fn endpoints(out: &mut Vec<u8>, span: &Span<'_>) {
    let name = span.remote.service_name.as_ref();
    if !name.is_empty() {
        let [usual, other] = REMOTE.name;
        extra(out, span, usual, other, Scalar::Text(name));
    }
    endpoint(out, span, &span.local, &LOCAL);
    endpoint(out, span, &span.remote, &REMOTE);
}

fn endpoint(out: &mut Vec<u8>, span: &Span<'_>, endpoint: &Endpoint<'_>, side: &Side) {
    let (first, second) = match (endpoint.ipv4.as_ref(), endpoint.ipv6.as_ref()) {
        ("", only) | (only, "") => (only, ""),
        both => both,
    };
    if !first.is_empty() {
        extra(out, span, side.ip[0], side.ip[1], Scalar::Text(first));
    }
    if !second.is_empty() {
        extra(
            out,
            span,
            side.second_ip,
            side.second_ip,
            Scalar::Text(second),
        );
    }
    if endpoint.port != 0 {
        let port = Scalar::Int(endpoint.port);
        extra(out, span, side.port[0], side.port[1], port);
    }
}

/// Appends an attribute that is no tag: under its usual key, or under the other where a tag has
/// that, or not at all where tags have both.
pub(super) fn extra(
    out: &mut Vec<u8>,
    span: &Span<'_>,
    usual: &str,
    other: &str,
    value: Scalar<'_>,
) {
    let keys = [usual, other].into_iter();
    if let Some(key) = keys.into_iter().find(|key| span.tag(key).is_none()) {
        attribute(out, ATTRIBUTES, key, value);
    }
}
