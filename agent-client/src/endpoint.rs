//! Where the agent listens, as a value that cannot be wrong.

use std::fmt;

use http::Uri;

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
    /// What is wrong and what to write instead.
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::Credentials => "credentials do not belong into an endpoint, give them as headers",
            Self::Malformed => "expected http://HOST:PORT",
            Self::Tls => {
                "this client does not speak TLS yet: send to a Campanile agent on this host \
                 (http://127.0.0.1:4317) and let the agent forward over TLS"
            }
        }
    }
}

/// An address of the form `http://HOST:PORT`.
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
        if authority.host().is_empty() {
            return Err(EndpointError::Malformed);
        }
        Ok(Self(uri))
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
