//! Headers that a user adds to every request. Their values are secrets.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::Invalid;
use crate::config::Secret;

/// Headers that belong to the exporter: a wrong one breaks every request.
const OWN: [&str; 8] = [
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "grpc-encoding",
    "host",
    "te",
    "transfer-encoding",
];

/// The `headers` key of exporters: name to value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(transparent)]
pub(crate) struct Headers(BTreeMap<String, Secret>);

impl Headers {
    /// Everything wrong with them, with keys below `headers`.
    pub(crate) fn validate(&self) -> Vec<Invalid> {
        self.validate_at("headers")
    }

    /// [`validate`](Self::validate) with keys below `key`.
    pub(crate) fn validate_at(&self, key: &str) -> Vec<Invalid> {
        self.0
            .iter()
            .filter_map(|(name, value)| {
                let wrong = header(name, value).err()?;
                Some(Invalid::new(format!("{key}.{name}"), wrong))
            })
            .collect()
    }

    /// The headers, marked as sensitive. Those that [`validate`](Self::validate) refuses are left
    /// out.
    pub(crate) fn to_map(&self) -> HeaderMap {
        let headers = self.0.iter();
        headers
            .filter_map(|(name, value)| header(name, value).ok())
            .collect()
    }
}

fn header(name: &str, value: &Secret) -> Result<(HeaderName, HeaderValue), &'static str> {
    let name = HeaderName::try_from(name).map_err(|_| "not the name of a header")?;
    if OWN.contains(&name.as_str()) {
        return Err("is set by the exporter itself");
    }
    let mut value = HeaderValue::try_from(value.reveal())
        .map_err(|_| "the value has characters that a header cannot carry, such as a line break")?;
    value.set_sensitive(true);
    Ok((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(json: &str) -> Headers {
        serde_json::from_str(json).expect("a map of text")
    }

    #[test]
    fn values_are_never_shown() {
        let headers = headers(r#"{"authorization": "Bearer hunter2"}"#);
        let shown = [
            format!("{headers:?}"),
            serde_json::to_string(&headers).expect("plain data"),
            format!("{:?}", headers.to_map()),
        ];
        for text in shown {
            assert!(text.contains("authorization"), "{text}");
            assert!(!text.contains("hunter2"), "{text}");
        }
        assert_eq!(headers.to_map()["authorization"], "Bearer hunter2");
    }

    #[test]
    fn headers_that_would_break_requests_are_refused_by_name() {
        let headers = headers(
            r#"{"a b": "x", "Content-Type": "text/html", "x-key": "hunter2\r\nx: y", "ok": "1"}"#,
        );
        let wrong = headers.validate();
        let keys: Vec<_> = wrong.iter().map(|invalid| invalid.key.as_str()).collect();
        assert_eq!(
            keys,
            ["headers.Content-Type", "headers.a b", "headers.x-key"]
        );
        assert!(
            wrong
                .iter()
                .all(|invalid| !invalid.message.contains("hunter2"))
        );
        assert_eq!(headers.to_map().len(), 1);
    }
}
