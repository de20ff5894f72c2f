//! Where the agent listens, as a value that cannot be wrong.

use std::fmt;

use http::Uri;
use http::uri::{Authority, Scheme};

/// Why a text is no endpoint this client can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndpointError {
    /// It carries a user name or password.
    Credentials,
    /// It is no URL at all, or has no host.
    Malformed,
    /// It asks for TLS.
    Tls,
}

impl EndpointError {
    /// What to write instead, and why. Goes on after "expected".
    pub(crate) const fn expected(self) -> &'static str {
        match self {
            Self::Credentials => "http://HOST:PORT, and credentials as headers",
            Self::Malformed => "http://HOST:PORT",
            Self::Tls => {
                "http://HOST:PORT, as this client does not speak TLS yet: send to a Campanile \
                 agent on this host (http://127.0.0.1:4317) and let the agent forward over TLS"
            }
        }
    }
}

/// An address of the form `http://HOST:PORT`; without a port it means port 80.
///
/// A path is not part of it: both protocols have paths of their own.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint(Uri);

impl Endpoint {
    /// Reads an endpoint; one without a scheme is refused.
    pub(crate) fn parse(text: &str) -> Result<Self, EndpointError> {
        let uri: Uri = text.trim().parse().map_err(|_| EndpointError::Malformed)?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => return Err(EndpointError::Tls),
            _ => return Err(EndpointError::Malformed),
        }
        let authority = uri.authority().ok_or(EndpointError::Malformed)?;
        if authority.as_str().contains('@') {
            return Err(EndpointError::Credentials);
        }
        // `Uri` takes a port for none when it is no number or too large.
        if authority.host().is_empty() || has_other_port(authority) {
            return Err(EndpointError::Malformed);
        }
        let uri = Uri::builder()
            .scheme(Scheme::HTTP)
            .authority(authority.clone())
            .path_and_query("/")
            .build();
        uri.map(Self).map_err(|_| EndpointError::Malformed)
    }

    /// Reads an endpoint that may be written `HOST:PORT`.
    pub(crate) fn parse_or_host_port(text: &str) -> Result<Self, EndpointError> {
        let text = text.trim();
        if text.contains("://") {
            Self::parse(text)
        } else {
            Self::parse(&format!("http://{text}"))
        }
    }

    /// An endpoint written in this program.
    pub(crate) fn of_static(text: &'static str) -> Self {
        Self(Uri::from_static(text))
    }

    pub(crate) const fn uri(&self) -> &Uri {
        &self.0
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let authority = self
            .0
            .authority()
            .map_or("", |authority| authority.as_str());
        write!(formatter, "http://{authority}")
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// Whether something stands where the port belongs and is none.
fn has_other_port(authority: &Authority) -> bool {
    let named = authority.as_str().len() > authority.host().len();
    named && authority.port_u16().is_none()
}

/// A text as it may be shown: what stands before an `@` could be a password.
pub(crate) fn without_credentials(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((before, host)) => {
            let scheme = before.find("://").map_or("", |end| &before[..end + 3]);
            format!("{scheme}...@{host}")
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, EndpointError, without_credentials};

    #[test]
    fn an_endpoint_is_an_http_url_with_a_host() {
        let endpoint = Endpoint::parse("http://127.0.0.1:4317/").unwrap();
        assert_eq!(endpoint.to_string(), "http://127.0.0.1:4317");
        for text in [
            "",
            "127.0.0.1:4317",
            "ftp://a:1",
            "http://",
            "http:// a",
            "/x",
            "unix:/a",
            "http://a:99999",
            "http://a:",
            "http://[::1]:x",
        ] {
            assert_eq!(
                Endpoint::parse(text),
                Err(EndpointError::Malformed),
                "{text:?}"
            );
        }
        assert_eq!(Endpoint::parse("https://a:1"), Err(EndpointError::Tls));
        assert_eq!(
            Endpoint::parse("http://u:p@a:1"),
            Err(EndpointError::Credentials)
        );
    }

    #[test]
    fn a_path_is_not_part_of_an_address() {
        for (text, address) in [
            ("http://a:4318/v1/traces", "http://a:4318/"),
            ("http://a?b", "http://a/"),
            ("http://[::1]:1", "http://[::1]:1/"),
        ] {
            let endpoint = Endpoint::parse(text).unwrap();
            assert_eq!(endpoint.uri(), address, "{text}");
        }
    }

    #[test]
    fn host_and_port_alone_mean_http_where_that_is_allowed() {
        let endpoint = Endpoint::parse_or_host_port("agent:55678").unwrap();
        assert_eq!(endpoint.to_string(), "http://agent:55678");
        assert_eq!(
            Endpoint::parse_or_host_port("https://a"),
            Err(EndpointError::Tls)
        );
    }

    #[test]
    fn credentials_are_cut_out_of_what_is_shown() {
        assert_eq!(
            without_credentials("http://u:p@host:1"),
            "http://...@host:1"
        );
        assert_eq!(without_credentials("u:p@host:1"), "...@host:1");
        assert_eq!(without_credentials("http://host:1"), "http://host:1");
    }
}
