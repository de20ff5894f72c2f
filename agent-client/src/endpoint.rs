//! Where the agent listens, as a value that cannot be wrong.

use std::fmt;
use std::path::{Path, PathBuf};

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};

/// Why a text is no endpoint this client can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndpointError {
    /// It carries a user name or password.
    Credentials,
    /// It is no URL at all, or has no host.
    Malformed,
    /// It asks for TLS, which this program was built without.
    #[cfg_attr(feature = "tls", expect(dead_code, reason = "TLS is there"))]
    NoTls,
    /// It names a Unix socket, and this system has none.
    #[cfg_attr(unix, expect(dead_code, reason = "Unix sockets are there"))]
    NoUnix,
}

impl EndpointError {
    /// What to write instead, and why. Goes on after "expected".
    pub(crate) const fn expected(self) -> &'static str {
        match self {
            Self::Credentials => "http://HOST:PORT, and credentials as headers",
            Self::Malformed => "http://HOST:PORT, https://HOST:PORT or unix:PATH",
            Self::NoTls => {
                "http://HOST:PORT, as this program was built without TLS: enable the feature \
                 \"tls\" of campanile-agent-client, or send to an agent on this host \
                 (http://127.0.0.1:4317) and let the agent forward over TLS"
            }
            Self::NoUnix => "http://HOST:PORT, as this system has no Unix sockets",
        }
    }
}

/// An address of the form `http://HOST:PORT`, `https://HOST:PORT` or `unix:PATH`; without a port
/// it means the scheme's, 80 or 443.
///
/// A path of a URL is where OTLP over HTTP is served below; the other protocols have paths of
/// their own.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    place: Place,
    /// What stands before or, if `is_exact`, in place of `/v1/traces`.
    path: String,
    /// Sent if the path is exact.
    query: Option<String>,
    is_exact: bool,
}

/// What is connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Tcp { authority: Authority, tls: bool },
    Unix(PathBuf),
}

impl Endpoint {
    /// Reads an endpoint; one without a scheme is refused.
    pub(crate) fn parse(text: &str) -> Result<Self, EndpointError> {
        let text = text.trim();
        if let Some(path) = text.strip_prefix("unix:") {
            return Self::unix(path.strip_prefix("//").unwrap_or(path));
        }
        let uri: Uri = text.parse().map_err(|_| EndpointError::Malformed)?;
        let tls = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(EndpointError::Malformed),
        };
        let authority = uri.authority().ok_or(EndpointError::Malformed)?;
        if authority.as_str().contains('@') {
            return Err(EndpointError::Credentials);
        }
        // `Uri` takes a port for none when it is no number or too large.
        if authority.host().is_empty() || has_other_port(authority) {
            return Err(EndpointError::Malformed);
        }
        #[cfg(not(feature = "tls"))]
        if tls {
            return Err(EndpointError::NoTls);
        }
        Ok(Self {
            place: Place::Tcp {
                authority: authority.clone(),
                tls,
            },
            path: uri.path().to_owned(),
            query: uri.query().map(str::to_owned),
            is_exact: false,
        })
    }

    /// Reads an endpoint that may be written `HOST:PORT`.
    pub(crate) fn parse_or_host_port(text: &str) -> Result<Self, EndpointError> {
        let text = text.trim();
        if text.contains("://") || text.starts_with("unix:") {
            Self::parse(text)
        } else {
            Self::parse(&format!("http://{text}"))
        }
    }

    #[cfg(unix)]
    fn unix(path: &str) -> Result<Self, EndpointError> {
        if path.is_empty() {
            return Err(EndpointError::Malformed);
        }
        Ok(Self {
            place: Place::Unix(Path::new(path).to_owned()),
            path: "/".to_owned(),
            query: None,
            is_exact: false,
        })
    }

    #[cfg(not(unix))]
    fn unix(_: &str) -> Result<Self, EndpointError> {
        Err(EndpointError::NoUnix)
    }

    /// The same endpoint, whose path is taken as it is, as the variables of one signal are.
    pub(crate) fn exact(self) -> Self {
        Self {
            is_exact: true,
            ..self
        }
    }

    /// An endpoint written in this program.
    pub(crate) fn of_static(text: &'static str) -> Self {
        Self::parse(text).expect("an endpoint written here is one")
    }

    pub(crate) const fn place(&self) -> &Place {
        &self.place
    }

    /// The address as HTTP knows it, without a path.
    pub(crate) fn origin(&self) -> Uri {
        let (scheme, authority) = match &self.place {
            Place::Tcp { authority, tls } => {
                let scheme = if *tls { Scheme::HTTPS } else { Scheme::HTTP };
                (scheme, authority.clone())
            }
            // Who listens on a socket has no name; every server takes this one.
            Place::Unix(_) => (Scheme::HTTP, Authority::from_static("localhost")),
        };
        let uri = Uri::builder()
            .scheme(scheme)
            .authority(authority)
            .path_and_query("/")
            .build();
        uri.expect("the parts are valid, and all are there")
    }

    /// Where OTLP over HTTP takes a signal: the endpoint's path and `default` behind it, or the
    /// endpoint's path alone if it is exact.
    pub(crate) fn http_path(&self, default: &'static str) -> PathAndQuery {
        if self.is_exact {
            let query = self.query.as_ref().map(|query| format!("?{query}"));
            let whole = format!("{}{}", self.path, query.unwrap_or_default());
            return whole.parse().unwrap_or(PathAndQuery::from_static("/"));
        }
        let base = self.path.trim_end_matches('/');
        let path = format!("{base}{default}").parse();
        path.unwrap_or(PathAndQuery::from_static(default))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Tcp { authority, tls } => {
                let scheme = if *tls { "https" } else { "http" };
                // Paths may hold keys.
                write!(formatter, "{scheme}://{authority}")
            }
            Place::Unix(path) => write!(formatter, "unix:{}", path.display()),
        }
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
    use super::{Endpoint, EndpointError, Place, without_credentials};

    #[test]
    fn an_endpoint_is_a_url_with_a_host() {
        let endpoint = Endpoint::parse("http://127.0.0.1:4317/").unwrap();
        assert_eq!(endpoint.to_string(), "http://127.0.0.1:4317");
        for text in [
            "",
            "127.0.0.1:4317",
            "ftp://a:1",
            "http://",
            "http:// a",
            "/x",
            "unix:",
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
        assert_eq!(
            Endpoint::parse("http://u:p@a:1"),
            Err(EndpointError::Credentials)
        );
    }

    #[cfg(feature = "tls")]
    #[test]
    fn https_is_tls() {
        let endpoint = Endpoint::parse("https://a:1").unwrap();
        assert!(matches!(endpoint.place(), Place::Tcp { tls: true, .. }));
        assert_eq!(endpoint.origin(), "https://a:1/");
    }

    #[cfg(not(feature = "tls"))]
    #[test]
    fn without_the_feature_https_is_refused_with_a_way_out() {
        let error = Endpoint::parse("https://a:1").unwrap_err();
        assert!(error.expected().contains("feature \"tls\""));
    }

    #[cfg(unix)]
    #[test]
    fn a_unix_socket_is_a_path() {
        for text in ["unix:/run/a.sock", "unix:///run/a.sock"] {
            let endpoint = Endpoint::parse_or_host_port(text).unwrap();
            assert_eq!(endpoint.place(), &Place::Unix("/run/a.sock".into()));
            assert_eq!(endpoint.to_string(), "unix:/run/a.sock");
            assert_eq!(endpoint.origin(), "http://localhost/");
            assert_eq!(endpoint.http_path("/v1/traces"), "/v1/traces");
        }
    }

    #[test]
    fn a_path_matters_to_http_only() {
        for (text, origin, path) in [
            ("http://a:4318", "http://a:4318/", "/v1/traces"),
            ("http://a:4318/x/", "http://a:4318/", "/x/v1/traces"),
            ("http://a?b", "http://a/", "/v1/traces"),
            ("http://[::1]:1/", "http://[::1]:1/", "/v1/traces"),
        ] {
            let endpoint = Endpoint::parse(text).unwrap();
            assert_eq!(endpoint.origin(), origin, "{text}");
            assert_eq!(endpoint.http_path("/v1/traces"), path, "{text}");
        }
        for (text, path) in [
            ("http://a/own", "/own"),
            ("http://a/own?key=1", "/own?key=1"),
            ("http://a", "/"),
        ] {
            let endpoint = Endpoint::parse(text).unwrap().exact();
            assert_eq!(endpoint.http_path("/v1/traces"), path, "{text}");
        }
    }

    #[test]
    fn what_may_be_a_key_is_not_shown() {
        let endpoint = Endpoint::parse("http://a:1/secret?key=secret").unwrap();
        assert_eq!(endpoint.to_string(), "http://a:1");
    }

    #[test]
    fn host_and_port_alone_mean_http_where_that_is_allowed() {
        let endpoint = Endpoint::parse_or_host_port("agent:55678").unwrap();
        assert_eq!(endpoint.to_string(), "http://agent:55678");
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
