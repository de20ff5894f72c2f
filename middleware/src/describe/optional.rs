//! Attributes of requests that are recorded only where they are asked for, by their names in the
//! conventions.

use std::net::SocketAddr;

use ::http::{HeaderMap, HeaderName, header};
use opentelemetry_semantic_conventions::attribute::{
    CLIENT_PORT, HTTP_REQUEST_BODY_SIZE, NETWORK_TRANSPORT, URL_SCHEME, USER_AGENT_ORIGINAL,
    USER_AGENT_SYNTHETIC_TYPE,
};

use crate::describe::Side;
use crate::record::{Attributes, Value};

/// How the names of captured headers begin.
const HEADER_PREFIX: &str = "http.request.header.";

/// The attributes that are opt-in, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Optional(u8);

impl Optional {
    pub(crate) const CLIENT_PORT: Self = Self(1);
    pub(crate) const REQUEST_BODY_SIZE: Self = Self(1 << 1);
    pub(crate) const SYNTHETIC_TYPE: Self = Self(1 << 2);
    pub(crate) const TRANSPORT: Self = Self(1 << 3);
    pub(crate) const URL_SCHEME: Self = Self(1 << 4);
    pub(crate) const USER_AGENT: Self = Self(1 << 5);

    /// The attribute of this name.
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            CLIENT_PORT => Self::CLIENT_PORT,
            HTTP_REQUEST_BODY_SIZE => Self::REQUEST_BODY_SIZE,
            NETWORK_TRANSPORT => Self::TRANSPORT,
            URL_SCHEME => Self::URL_SCHEME,
            USER_AGENT_ORIGINAL => Self::USER_AGENT,
            USER_AGENT_SYNTHETIC_TYPE => Self::SYNTHETIC_TYPE,
            _ => return None,
        })
    }

    fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// All but `other`.
    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    #[inline]
    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Writes what was asked for and is known of a request of `side`.
    pub(crate) fn write(
        self,
        side: Side,
        headers: &HeaderMap,
        client: Option<SocketAddr>,
        scheme: &str,
        out: &mut impl Attributes,
    ) {
        if self.has(Self::REQUEST_BODY_SIZE)
            && let Some(size) = content_length(headers).and_then(|n| i64::try_from(n).ok())
        {
            out.set(HTTP_REQUEST_BODY_SIZE, Value::Int(size));
        }
        if self.has(Self::SYNTHETIC_TYPE)
            && let Some(kind) = user_agent(headers).and_then(synthetic_type)
        {
            out.set(USER_AGENT_SYNTHETIC_TYPE, Value::Static(kind));
        }
        match side {
            Side::Client => self.write_client(headers, scheme, out),
            Side::Server => self.write_server(client, out),
        }
    }

    /// What a server always says, and a client only where it is asked to.
    fn write_client(self, headers: &HeaderMap, scheme: &str, out: &mut impl Attributes) {
        if self.has(Self::URL_SCHEME) {
            out.set(URL_SCHEME, Value::Borrowed(scheme));
        }
        if self.has(Self::USER_AGENT)
            && let Some(agent) = user_agent(headers)
        {
            out.set(USER_AGENT_ORIGINAL, Value::Borrowed(agent));
        }
    }

    fn write_server(self, client: Option<SocketAddr>, out: &mut impl Attributes) {
        let Some(client) = client else { return };
        if self.has(Self::CLIENT_PORT) && client.port() != 0 {
            out.set(CLIENT_PORT, Value::Int(client.port().into()));
        }
        if self.has(Self::TRANSPORT) {
            // A socket address is one of TCP: nothing here speaks HTTP/3.
            out.set(NETWORK_TRANSPORT, Value::Static("tcp"));
        }
    }
}

/// Names of the conventions, sorted into attributes and headers; the rest is given back.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) optional: Optional,
    pub(crate) headers: Vec<HeaderName>,
    pub(crate) unknown: Vec<String>,
}

impl Asked {
    /// Sorts a list of names.
    pub(crate) fn sort<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> Self {
        let mut asked = Self::default();
        for name in names {
            let name = name.as_ref();
            let header = || name.strip_prefix(HEADER_PREFIX)?.parse().ok();
            if let Some(optional) = Optional::named(name) {
                asked.optional.0 |= optional.0;
            } else if let Some(header) = header() {
                asked.headers.push(header);
            } else {
                asked.unknown.push(name.to_owned());
            }
        }
        asked
    }
}

/// The size that `Content-Length` announces.
pub(crate) fn content_length(headers: &HeaderMap) -> Option<u64> {
    let length = headers.get(header::CONTENT_LENGTH)?.to_str().ok()?;
    // `parse` would take a sign, too.
    let digits = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
    length.parse().ok().filter(|_| digits)
}

/// The `User-Agent`, unless it is empty or no text.
pub(crate) fn user_agent(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::USER_AGENT)?;
    let text = std::str::from_utf8(value.as_bytes()).ok()?;
    (!text.is_empty()).then_some(text)
}

/// `bot` or `test`, where a program says so of itself.
fn synthetic_type(agent: &str) -> Option<&'static str> {
    let says = |word: &str| {
        let words = agent.as_bytes().windows(word.len());
        words
            .into_iter()
            .any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    };
    if says("alwayson") || says("synthetic") {
        Some("test")
    } else if says("bot") || says("crawler") || says("spider") {
        Some("bot")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_what_nobody_knows_is_told() {
        let asked = Asked::sort([
            "client.port",
            "http.request.header.x-tenant",
            "http.request.header.bad name",
            "cookie",
        ]);
        assert_eq!(asked.optional, Optional::CLIENT_PORT);
        assert_eq!(asked.headers, ["x-tenant"]);
        assert_eq!(asked.unknown, ["http.request.header.bad name", "cookie"]);
    }

    #[test]
    fn programs_that_say_what_they_are_are_believed() {
        assert_eq!(
            synthetic_type("Mozilla/5.0 (compatible; Googlebot/2.1)"),
            Some("bot")
        );
        assert_eq!(synthetic_type("AlwaysOn-monitor"), Some("test"));
        assert_eq!(synthetic_type("curl/8.1"), None);
    }
}
