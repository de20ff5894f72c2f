//! What trusted proxies say about the client: `Forwarded`, else `X-Forwarded-*`.
//!
//! Each proxy appends whom it was called by, so only what a trusted hop has written can be
//! believed: reading goes from the connection's peer outwards, as long as the hops are trusted,
//! and the first one that is not is the client. What lies beyond it anybody can have written.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName, header::FORWARDED};

use crate::describe::HostPort;
use crate::describe::http::static_scheme;
use crate::trust::Networks;

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
    /// What `headers` say, if `peer` may say it.
    pub(crate) fn read(
        headers: &'a HeaderMap,
        peer: Option<SocketAddr>,
        trusted: &Networks,
    ) -> Self {
        let believed = !trusted.is_empty() && peer.is_some_and(|peer| trusted.contain(peer.ip()));
        if !believed {
            return Self::default();
        }
        let hops = if headers.contains_key(FORWARDED) {
            standard(headers)
        } else {
            customary(headers)
        };
        outermost(&hops, trusted)
    }
}

/// Follows the hops, the nearest one first, to the first that is not trusted.
fn outermost<'a>(hops: &[Hop<'a>], trusted: &Networks) -> Forwarded<'a> {
    let mut found = Forwarded::default();
    for hop in hops {
        // `unknown` and obfuscated nodes tell nothing, and nothing beyond them can be believed.
        let Some(node) = hop.node else { break };
        found = Forwarded {
            client: Some(node),
            scheme: hop.scheme.or(found.scheme),
            host: hop.host.or(found.host),
        };
        if !trusted.contain(node.ip()) {
            break;
        }
    }
    found
}

/// The elements of `Forwarded`, the nearest one first
/// ([RFC 7239](https://www.rfc-editor.org/rfc/rfc7239#section-4)).
fn standard(headers: &HeaderMap) -> Vec<Hop<'_>> {
    let values = headers.get_all(FORWARDED).iter().rev();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| {
            let mut elements = split(text, b',');
            elements.reverse();
            elements
        })
        .take(MAX_HOPS)
        .map(element)
        .collect()
}

/// One element: pairs of a name and a value, in any order and case.
fn element(text: &str) -> Hop<'_> {
    let mut hop = Hop::default();
    for pair in split(text, b';') {
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
    let beside = |list: &[&'_ str], index: usize| -> Option<usize> {
        (list.len() == nodes.len()).then_some(index).or(match list {
            [_] => Some(0),
            _ => None,
        })
    };
    let hop = |(index, node_text): (usize, &&str)| Hop {
        node: node(node_text),
        scheme: beside(&schemes, index).and_then(|at| scheme(schemes.get(at)?)),
        host: None,
    };
    let mut hops: Vec<Hop<'_>> = nodes.iter().enumerate().map(hop).collect();
    for (index, hop) in hops.iter_mut().enumerate() {
        let host = beside(&hosts, index).and_then(|at| hosts.get(at).copied());
        hop.host = host.and_then(HostPort::parse);
    }
    hops
}

/// The members of all headers of one name, the last one first.
fn members<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Vec<&'h str> {
    let values = headers.get_all(name).iter().rev();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.rsplit(','))
        .map(str::trim)
        .filter(|member| !member.is_empty())
        .take(MAX_HOPS)
        .collect()
}

/// `text` cut at `separator`, except inside quotation marks.
fn split(text: &str, separator: u8) -> Vec<&str> {
    let (mut parts, mut start) = (Vec::new(), 0);
    let (mut quoted, mut escaped) = (false, false);
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if byte == separator && !quoted => {
                parts.push(text.get(start..index).unwrap_or_default());
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
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
