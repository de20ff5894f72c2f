//! Endpoints that the receiver has made attributes of.

use std::borrow::Cow;
use std::net::IpAddr;

use campanile_wire::otlp::view::{AnyValue, Span};
use campanile_wire::zipkin::Endpoint;

/// Attributes that are told otherwise than as tags.
#[derive(Debug, Default)]
pub(super) struct Consumed<'a>(Vec<&'a str>);

impl<'a> Consumed<'a> {
    /// Whether the attribute with this key is no tag.
    pub(super) fn contains(&self, key: &str) -> bool {
        self.0.contains(&key)
    }

    /// Notes that the attribute `key` has been told.
    pub(super) fn take(&mut self, key: &'a str) {
        self.0.push(key);
    }

    /// Whether the attribute `key` is true, which is told by a flag then.
    pub(super) fn flag(&mut self, span: &Span<'_>, key: &'a str) -> bool {
        let set = matches!(span.attributes().find(key), Some(AnyValue::Bool(true)));
        if set {
            self.take(key);
        }
        set
    }
}

/// The side that recorded the span, but for its name.
pub(super) fn local<'a>(span: &Span<'a>, consumed: &mut Consumed<'a>) -> Endpoint<'a> {
    let mut endpoint = Endpoint::default();
    let ips = ["zipkin.localEndpoint.ip", "net.host.ip"];
    let ports = ["zipkin.localEndpoint.port", "net.host.port"];
    address(&mut endpoint, span, consumed, &ips);
    address(
        &mut endpoint,
        span,
        consumed,
        &["zipkin.localEndpoint.ipv6"],
    );
    endpoint.port = port(span, consumed, &ports);
    endpoint
}

/// The other side.
pub(super) fn remote<'a>(span: &Span<'a>, consumed: &mut Consumed<'a>) -> Endpoint<'a> {
    let mut endpoint = Endpoint::default();
    let names = ["zipkin.remoteEndpoint.serviceName", "peer.service"];
    let ips = ["zipkin.remoteEndpoint.ip", "net.peer.ip"];
    let ports = ["zipkin.remoteEndpoint.port", "net.peer.port"];
    let name = first(span, consumed, &names, |value| {
        value.as_text().filter(|name| !name.is_empty())
    });
    endpoint.service_name = name.unwrap_or("").into();
    address(&mut endpoint, span, consumed, &ips);
    address(
        &mut endpoint,
        span,
        consumed,
        &["zipkin.remoteEndpoint.ipv6"],
    );
    endpoint.port = port(span, consumed, &ports);
    endpoint
}

/// The first of `keys` whose value is what it should be.
fn first<'a, T>(
    span: &Span<'a>,
    consumed: &mut Consumed<'a>,
    keys: &[&'static str],
    read: impl Fn(AnyValue<'a>) -> Option<T>,
) -> Option<T> {
    keys.iter().find_map(|key| {
        let value = read(span.attributes().find(key)?)?;
        consumed.take(key);
        Some(value)
    })
}

fn address<'a>(
    endpoint: &mut Endpoint<'a>,
    span: &Span<'a>,
    consumed: &mut Consumed<'a>,
    keys: &[&'static str],
) {
    let second = !endpoint.ipv4.is_empty() || !endpoint.ipv6.is_empty();
    let found = first(span, consumed, keys, |value| {
        let text = value.as_text()?;
        let ip: IpAddr = text.parse().ok()?;
        // A second address must be of version 6, or it would take the place of the first.
        (!second || ip.is_ipv6()).then_some((ip, text))
    });
    match found {
        Some((IpAddr::V4(_), text)) => endpoint.ipv4 = Cow::Borrowed(text),
        Some((IpAddr::V6(_), text)) => endpoint.ipv6 = Cow::Borrowed(text),
        None => {}
    }
}

fn port<'a>(span: &Span<'a>, consumed: &mut Consumed<'a>, keys: &[&'static str]) -> i64 {
    let port = first(span, consumed, keys, |value| {
        let port = value.as_int()?;
        (1..=0xffff).contains(&port).then_some(port)
    });
    port.unwrap_or(0)
}
