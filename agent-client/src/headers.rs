//! Headers sent with every request. Their values may be secrets and are never shown.

use std::fmt;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;

/// Headers whose values no `Debug` and no log line shows.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(HeaderMap);

impl Headers {
    /// Adds a header; one of the same name is replaced.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the name or the value, without showing the value.
    pub(crate) fn insert(&mut self, name: &str, value: &str) -> Result<(), &'static str> {
        let name = HeaderName::from_bytes(name.to_ascii_lowercase().as_bytes())
            .map_err(|_| "the name is no header name")?;
        let reserved = ["content-type", "te", "user-agent", "host"].contains(&name.as_str())
            || name.as_str().starts_with("grpc-");
        if reserved {
            return Err("the name is reserved by gRPC");
        }
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| "the value holds characters that no header can carry")?;
        value.set_sensitive(true);
        self.0.insert(name, value);
        Ok(())
    }

    /// Reads `name=value` pairs separated by commas, values percent-encoded, as
    /// `OTEL_EXPORTER_OTLP_HEADERS` has them. What is good is kept; the second value says whether
    /// everything was.
    ///
    /// <https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables>
    pub(crate) fn parse_list(list: &str) -> (Self, bool) {
        let mut headers = Self::default();
        let mut all_good = true;
        for pair in list
            .split(',')
            .map(str::trim)
            .filter(|pair| !pair.is_empty())
        {
            let good = pair.split_once('=').is_some_and(|(name, value)| {
                percent_decode_str(value.trim())
                    .decode_utf8()
                    .is_ok_and(|value| headers.insert(name.trim(), &value).is_ok())
            });
            all_good &= good;
        }
        (headers, all_good)
    }

    /// The headers as a map; the values are marked sensitive.
    pub(crate) const fn map(&self) -> &HeaderMap {
        &self.0
    }

    /// How many headers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_map()
            .entries(self.0.keys().map(|name| (name, "(hidden)")))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Headers;

    #[test]
    fn a_list_is_read_with_percent_encoding_and_blanks() {
        let (headers, good) = Headers::parse_list(" X-Key = a%20b%2Cc ,other=1,");
        assert!(good);
        assert_eq!(headers.map()["x-key"], "a b,c");
        assert_eq!(headers.map()["other"], "1");
        assert_eq!(headers.len(), 2);
    }

    #[test]
    fn a_bad_pair_is_reported_and_the_good_ones_stay() {
        for list in [
            "a=1,b",
            "a=1,b c=2",
            "a=1,b=%0a",
            "a=1,b=%ff",
            "a=1,grpc-timeout=1S",
        ] {
            let (headers, good) = Headers::parse_list(list);
            assert!(!good, "{list}");
            assert_eq!(headers.len(), 1, "{list}");
        }
    }

    #[test]
    fn values_are_never_shown() {
        let (headers, _) = Headers::parse_list("authorization=Bearer%20secret");
        let shown = format!("{headers:?}");
        assert!(shown.contains("authorization"));
        assert!(!shown.contains("secret"));
    }
}
