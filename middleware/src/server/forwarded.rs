//! What trusted proxies say about the client: `Forwarded`, else `X-Forwarded-*`.
//!
//! Each proxy appends whom it was called by, so only what a trusted hop has written can be
//! believed: reading goes from the connection's peer outwards, as long as the hops are trusted,
//! and the first one that is not is the client. What lies beyond it anybody can have written.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName, header::FORWARDED};

use crate::describe::HostPort;
use crate::describe::http::static_scheme;
use crate::trust::{ForwardingHeader, Networks};

static X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
static X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
static X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// How many hops are looked at.
const MAX_HOPS: usize = 32;

/// The client, as trusted proxies saw it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Forwarded<'a> {
    /// Whoever called the outermost trusted proxy. Port 0 where it was not told.
    pub(crate) client: Option<SocketAddr>,
    /// How it was called: `http` or `https`.
    pub(crate) scheme: Option<&'static str>,
    /// The host it was called by.
    pub(crate) host: Option<HostPort<'a>>,
}

/// One step of the way.
#[derive(Clone, Copy, Debug, Default)]
struct Hop<'a> {
    node: Option<SocketAddr>,
    scheme: Option<&'static str>,
    host: Option<HostPort<'a>>,
}

impl<'a> Forwarded<'a> {
    /// What `headers` say, if `peer` may say it. `told` is which header the proxies write.
    pub(crate) fn read(
        headers: &'a HeaderMap,
        peer: Option<SocketAddr>,
        trusted: &Networks,
        told: Option<ForwardingHeader>,
    ) -> Self {
        let believed = !trusted.is_empty() && peer.is_some_and(|peer| trusted.contain(peer.ip()));
        let Some(written) = told.or_else(|| only_one(headers)).filter(|_| believed) else {
            return Self::default();
        };
        let hops = match written {
            ForwardingHeader::Forwarded => standard(headers),
            ForwardingHeader::XForwarded => customary(headers),
        };
        outermost(&hops, trusted)
    }
}

/// Which header there is, unless there are both: proxies write one of them and pass the other on
/// as the client has sent it, and nothing tells which is which.
fn only_one(headers: &HeaderMap) -> Option<ForwardingHeader> {
    let customary = [&X_FORWARDED_FOR, &X_FORWARDED_PROTO, &X_FORWARDED_HOST];
    let has_customary = customary.into_iter().any(|name| headers.contains_key(name));
    match (headers.contains_key(FORWARDED), has_customary) {
        (true, false) => Some(ForwardingHeader::Forwarded),
        (false, true) => Some(ForwardingHeader::XForwarded),
        _ => None,
    }
}

/// Follows the hops, the nearest one first, to the first that is not trusted.
fn outermost<'a>(hops: &[Hop<'a>], trusted: &Networks) -> Forwarded<'a> {
    let mut found = Forwarded::default();
    for hop in hops {
        found = Forwarded {
            client: hop.node.or(found.client),
            scheme: hop.scheme.or(found.scheme),
            host: hop.host.or(found.host),
        };
        // `unknown` and obfuscated nodes cannot be trusted, so nothing beyond them can be believed.
        if !hop.node.is_some_and(|node| trusted.contain(node.ip())) {
            break;
        }
    }
    found
}

/// The values of a header as text, the last one first, up to the first that is none: beyond it
/// nobody knows who wrote what.
fn lines<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    let values = headers.get_all(name).iter().rev();
    values.map_while(|value| value.to_str().ok())
}

/// The elements of `Forwarded`, the nearest one first
/// ([RFC 7239](https://www.rfc-editor.org/rfc/rfc7239#section-4)).
fn standard(headers: &HeaderMap) -> Vec<Hop<'_>> {
    lines(headers, &FORWARDED)
        .map_while(|text| split(text, b','))
        .flat_map(|elements| elements.into_iter().rev())
        .take(MAX_HOPS)
        .map(element)
        .collect()
}

/// One element: pairs of a name and a value, in any order and case.
fn element(text: &str) -> Hop<'_> {
    let mut hop = Hop::default();
    for pair in split(text, b';').unwrap_or_default() {
        let Some((name, value)) = pair.trim().split_once('=') else {
            continue;
        };
        let value = unquoted(value.trim());
        if name.eq_ignore_ascii_case("for") {
            hop.node = node(value);
        } else if name.eq_ignore_ascii_case("proto") {
            hop.scheme = scheme(value);
        } else if name.eq_ignore_ascii_case("host") {
            hop.host = HostPort::parse(value);
        }
    }
    hop
}

/// The members of the `X-Forwarded-*` headers, the nearest one first. A list of schemes or hosts
/// that is as long as that of the addresses goes with it; a single one is of the whole way.
fn customary(headers: &HeaderMap) -> Vec<Hop<'_>> {
    let nodes = members(headers, &X_FORWARDED_FOR);
    let schemes = members(headers, &X_FORWARDED_PROTO);
    let hosts = members(headers, &X_FORWARDED_HOST);
    // Without addresses the nearest proxy has still said how it was called.
    let hops = 0..nodes.len().max(1);
    hops.map(|at| Hop {
        node: nodes.get(at).and_then(|text| node(text)),
        scheme: beside(&schemes, nodes.len(), at).and_then(scheme),
        host: beside(&hosts, nodes.len(), at).and_then(HostPort::parse),
    })
    .collect()
}

/// What a list says beside the address at `at`, of which there are `addresses`.
fn beside<'h>(list: &[&'h str], addresses: usize, at: usize) -> Option<&'h str> {
    match list {
        [one] => Some(one),
        _ if list.len() == addresses => list.get(at).copied(),
        _ => None,
    }
}

/// The members of all headers of one name, the last one first.
fn members<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Vec<&'h str> {
    lines(headers, name)
        .flat_map(|text| text.rsplit(','))
        .map(str::trim)
        .filter(|member| !member.is_empty())
        .take(MAX_HOPS)
        .collect()
}

/// `text` cut at `separator`, except inside quotation marks. None where these do not end, or
/// something else follows them: somebody has tried to hide what was appended.
fn split(text: &str, separator: u8) -> Option<Vec<&str>> {
    let (mut parts, mut start) = (Vec::new(), 0);
    let (mut quoted, mut escaped, mut closed) = (false, false, false);
    for (index, byte) in text.bytes().enumerate() {
        let ends_value = matches!(byte, b',' | b';' | b' ' | b'\t');
        if std::mem::take(&mut closed) && !ends_value {
            return None;
        }
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => {
                closed = quoted;
                quoted = !quoted;
            }
            _ if byte == separator && !quoted => {
                parts.push(text.get(start..index)?);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..)?);
    (!quoted).then_some(parts)
}

/// A value without its quotation marks. No address and no host needs an escape.
fn unquoted(value: &str) -> &str {
    let inner = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or(value)
}

/// An address, with or without a port; an IPv6 one with a port is in brackets.
fn node(text: &str) -> Option<SocketAddr> {
    let text = unquoted(text);
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Some(address);
    }
    let bracketed = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    if let Ok(address) = bracketed.unwrap_or(text).parse::<IpAddr>() {
        return Some(SocketAddr::new(address, 0));
    }
    // `192.0.2.43:_gateway`: the port may be obfuscated.
    let (address, _) = text.rsplit_once(':')?;
    let address = address
        .strip_prefix('[')
        .map_or(address, |rest| rest.trim_end_matches(']'));
    address
        .parse()
        .ok()
        .map(|address| SocketAddr::new(address, 0))
}

fn scheme(text: &str) -> Option<&'static str> {
    static_scheme(&unquoted(text).to_ascii_lowercase())
}

#[cfg(test)]
#[path = "tests/forwarded.rs"]
mod tests;
