//! The endpoint as a user writes it.

use http::Uri;
use http::uri::Authority;

use crate::exporters::dial::Place;

/// Where to send, and whether over TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::exporters) struct Target {
    /// Where to connect.
    pub(in crate::exporters) place: Place,
    /// What the destination is called in requests: `http` or `https`, host and port.
    pub(in crate::exporters) uri: Uri,
    /// Whether the scheme is `https`.
    pub(in crate::exporters) tls: bool,
}

impl Target {
    /// Reads `host:port`, which is TLS unless `insecure`, a URL, whose scheme decides, or
    /// `unix:///path`, which is without TLS.
    ///
    /// # Errors
    ///
    /// What is wrong with the text.
    pub(in crate::exporters) fn parse(text: &str, insecure: bool) -> Result<Self, String> {
        if text.is_empty() {
            return Err("is required: write `host:port`".to_owned());
        }
        // The text may hold credentials, so it is not repeated before this.
        if text.contains('@') {
            return Err("holds credentials: put them into `headers`".to_owned());
        }
        let (tls, rest) = match text.split_once("://") {
            None => (!insecure, text),
            Some(("http", rest)) => (false, rest),
            Some(("https", rest)) => (true, rest),
            Some(("unix", path)) => return Self::unix(path),
            Some((scheme, _)) => {
                return Err(format!(
                    "the scheme `{scheme}` is not supported: write `host:port`, \
                     `http://host:port`, `https://host:port` or `unix:///path`"
                ));
            }
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains('/') {
            return Err(format!(
                "`{text}` has a path, which gRPC endpoints do not have; for OTLP over HTTP there \
                 is the exporter `otlphttp`"
            ));
        }
        let scheme = if tls { "https" } else { "http" };
        let wrong = || format!("`{text}` is not `host:port`");
        let authority: Authority = rest.parse().map_err(|_| wrong())?;
        let host = authority.host().trim_matches(['[', ']']);
        let port = authority.port_u16().filter(|_| !host.is_empty());
        let port = port.ok_or_else(wrong)?;
        let uri = format!("{scheme}://{authority}");
        Ok(Self {
            place: Place::Tcp(host.to_owned(), port),
            uri: uri.parse().map_err(|_| wrong())?,
            tls,
        })
    }

    fn unix(path: &str) -> Result<Self, String> {
        if !path.starts_with('/') {
            return Err(format!(
                "`unix://{path}` has no absolute path: write `unix:///path/to.sock`"
            ));
        }
        Ok(Self {
            place: Place::Unix(path.into()),
            uri: Uri::from_static("http://localhost"),
            tls: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_decides_over_tls_and_without_one_the_key_insecure() {
        let read = |text, insecure| {
            Target::parse(text, insecure).map(|target| (target.uri.to_string(), target.tls))
        };
        let table = [
            ("collector:4317", false, "https://collector:4317/", true),
            ("collector:4317", true, "http://collector:4317/", false),
            (
                "http://collector:4317",
                false,
                "http://collector:4317/",
                false,
            ),
            (
                "https://collector:443/",
                true,
                "https://collector:443/",
                true,
            ),
            ("[::1]:4317", true, "http://[::1]:4317/", false),
        ];
        for (text, insecure, uri, tls) in table {
            assert_eq!(read(text, insecure), Ok((uri.to_owned(), tls)), "{text}");
        }
    }

    #[test]
    fn hosts_ports_and_paths_are_where_to_connect() {
        let place = |text| Target::parse(text, true).map(|target| target.place);
        let tcp = |host: &str, port| Ok(Place::Tcp(host.to_owned(), port));
        assert_eq!(place("[::1]:4317"), tcp("::1", 4317));
        assert_eq!(place("https://collector:443/"), tcp("collector", 443));
        let unix = Place::Unix("/run/otlp.sock".into());
        assert_eq!(place("unix:///run/otlp.sock"), Ok(unix));
    }

    #[test]
    fn wrong_endpoints_are_refused_with_what_to_write() {
        let table = [
            ("", "is required"),
            ("collector", "is not `host:port`"),
            ("https://collector", "is not `host:port`"),
            (":4317", "is not `host:port`"),
            ("collector:port", "is not `host:port`"),
            ("unix://run/otlp.sock", "no absolute path"),
            ("dns:///collector:4317", "`dns` is not supported"),
            ("http://collector:4318/v1/traces", "`otlphttp`"),
            ("http://me:secret@collector:4317", "credentials"),
        ];
        for (text, expected) in table {
            let message = Target::parse(text, true).expect_err(text);
            assert!(message.contains(expected), "{text}: {message}");
            assert!(!message.contains("secret"), "{message}");
        }
    }
}
