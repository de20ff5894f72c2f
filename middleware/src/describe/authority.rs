//! Host and port of an authority: from the URI, or from a `Host` header.

use std::net::Ipv6Addr;

use ::http::{HeaderMap, Uri, header};

/// No authority is longer: a name has at most 253 bytes, a user name and password stand before it
/// in URLs of clients.
const MAX_BYTES: usize = 1024;

/// A host and, where given, a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HostPort<'a> {
    /// A name or an address, an IPv6 one without brackets.
    pub(crate) host: &'a str,
    /// The port, when the authority names one.
    pub(crate) port: Option<u16>,
}

impl<'a> HostPort<'a> {
    /// The authority a request was sent to: `:authority` of HTTP/2 and absolute URIs, which is in
    /// the URI, else the `Host` header.
    pub(crate) fn of(uri: &'a Uri, headers: &'a HeaderMap) -> Option<Self> {
        Self::of_uri(uri).or_else(|| {
            let host = headers.get(header::HOST)?;
            Self::parse(std::str::from_utf8(host.as_bytes()).ok()?)
        })
    }

    /// The authority of `uri`, if it has one.
    pub(crate) fn of_uri(uri: &'a Uri) -> Option<Self> {
        Self::parse(uri.authority()?.as_str())
    }

    /// What stands around the host in a URL.
    pub(crate) fn brackets(&self) -> (&'static str, &'static str) {
        if self.host.contains(':') {
            ("[", "]")
        } else {
            ("", "")
        }
    }

    /// Parses `[userinfo@]host[:port]` of
    /// [RFC 3986, section 3.2](https://www.rfc-editor.org/rfc/rfc3986#section-3.2).
    pub(crate) fn parse(authority: &'a str) -> Option<Self> {
        if authority.len() > MAX_BYTES {
            return None;
        }
        // Ordinary hosts are a name and perhaps a port; everything else takes the longer way.
        let bytes = authority.as_bytes();
        let end = bytes
            .iter()
            .position(|byte| !NAME_BYTES[usize::from(*byte)]);
        match end.map(|end| (end, bytes.get(end))) {
            None => (!authority.is_empty()).then_some(Self {
                host: authority,
                port: None,
            }),
            Some((end, Some(b':'))) if end > 0 && !authority.contains('@') => {
                let (host, port) = authority.split_at_checked(end)?;
                let port = port_of(port)?;
                Some(Self { host, port })
            }
            _ => Self::parse_unusual(authority),
        }
    }

    /// Parses authorities with a user, with an IPv6 address, or with signs that few hosts have.
    fn parse_unusual(authority: &'a str) -> Option<Self> {
        let host_port = authority
            .rsplit_once('@')
            .map_or(authority, |(_, rest)| rest);
        let (host, port) = match host_port.strip_prefix('[') {
            Some(rest) => {
                let (host, port) = rest.split_once(']')?;
                host.parse::<Ipv6Addr>().ok()?;
                (host, port)
            }
            None => {
                let end = host_port.find(':').unwrap_or(host_port.len());
                host_port.split_at(end)
            }
        };
        let known = !host.is_empty() && host.bytes().all(is_host_byte);
        known.then_some(())?;
        Some(Self {
            host,
            port: port_of(port)?,
        })
    }
}

/// The port in `suffix`, which is empty, `:` or `:` and digits; `None` when it is anything else.
fn port_of(suffix: &str) -> Option<Option<u16>> {
    match suffix.strip_prefix(':') {
        None => suffix.is_empty().then_some(None),
        Some("") => Some(None),
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok().map(Some),
        Some(_) => None,
    }
}

/// What names and IPv4 addresses are made of.
static NAME_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] =
            matches!(byte as u8, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_');
        byte += 1;
    }
    table
};

/// Unreserved characters, sub-delimiters, `%`, and the `:` of IPv6.
fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=:".contains(&byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(authority: &str) -> Option<(&str, Option<u16>)> {
        HostPort::parse(authority).map(|a| (a.host, a.port))
    }

    #[test]
    fn authorities_are_split_at_the_port() {
        let table = [
            ("example.com", Some(("example.com", None))),
            ("example.com:8080", Some(("example.com", Some(8080)))),
            ("example.com:", Some(("example.com", None))),
            ("[::1]:8080", Some(("::1", Some(8080)))),
            ("[2001:db8::1]", Some(("2001:db8::1", None))),
            ("user:pass@example.com:1", Some(("example.com", Some(1)))),
            ("user@example.com", Some(("example.com", None))),
            ("user:80@[::1]:1", Some(("::1", Some(1)))),
            ("a~b", Some(("a~b", None))),
            ("a~b:1", Some(("a~b", Some(1)))),
            ("10.1.2.80:443", Some(("10.1.2.80", Some(443)))),
            ("", None),
            (":80", None),
            ("[::1", None),
            ("[nonsense]:80", None),
            ("[::1]80", None),
            ("::1", None),
            ("a:b", None),
            ("a:+1", None),
            ("a:99999", None),
            ("a b", None),
            ("a/b", None),
        ];
        for (authority, expected) in table {
            assert_eq!(parsed(authority), expected, "{authority}");
        }
    }

    #[test]
    fn the_authority_of_http_2_comes_before_the_host_header() {
        let uri = Uri::from_static("http://[::1]:8080/x");
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "other".parse().unwrap());
        assert_eq!(HostPort::of(&uri, &headers).unwrap().host, "::1");
        assert_eq!(
            HostPort::of(&Uri::from_static("/x"), &headers)
                .unwrap()
                .host,
            "other"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused(text in "\\PC{0,40}") {
            if let Some(parsed) = HostPort::parse(&text) {
                prop_assert!(!parsed.host.is_empty() && text.contains(parsed.host));
            }
        }
    }
}
