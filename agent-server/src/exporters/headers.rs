//! Headers that a user adds to every request. Their values are secrets.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::answer::CUT;
use crate::component::{ExportError, Exported, Invalid};
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

impl Headers {
    /// What destinations may repeat and logs must not.
    pub(crate) fn values(&self) -> HeaderValues {
        HeaderValues::of(self.0.values().map(Secret::reveal))
    }
}

/// Shorter values are found in every other word, and are no secrets.
const MIN_SECRET: usize = 4;

/// The values of configured headers, to be kept out of what is said about an attempt.
#[derive(Clone, Default)]
pub(crate) struct HeaderValues(Vec<String>);

impl HeaderValues {
    /// These values, and what stands behind their schemes.
    pub(crate) fn of<'v>(values: impl Iterator<Item = &'v str>) -> Self {
        // A token without its scheme is as good as both.
        let parts = values.flat_map(|value| [Some(value), value.split_once(' ').map(|(_, b)| b)]);
        let long = parts.flatten().filter(|part| part.len() >= MIN_SECRET);
        let mut values: Vec<String> = long.map(str::to_owned).collect();
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Self(values)
    }

    /// The outcome of an attempt without the values, if the destination has repeated any.
    pub(crate) fn hide(
        &self,
        mut outcome: Result<Exported, ExportError>,
    ) -> Result<Exported, ExportError> {
        let message = match &mut outcome {
            Ok(exported) => &mut exported.message,
            Err(
                ExportError::Permanent { message }
                | ExportError::Refused { message }
                | ExportError::Retryable { message, .. },
            ) => message,
        };
        for value in &self.0 {
            if message.contains(value.as_str()) {
                *message = message.replace(value, Secret::REDACTED);
            }
            hide_cut(message, value);
        }
        outcome
    }
}

/// Hides the beginning of a value at the end of a text that was cut.
fn hide_cut(message: &mut String, value: &str) {
    let Some(kept) = message.strip_suffix(CUT) else {
        return;
    };
    let lengths = (MIN_SECRET..value.len()).rev();
    let beginnings = lengths.filter_map(|length| value.get(..length));
    let cut = beginnings.into_iter().find(|part| kept.ends_with(part));
    if let Some(cut) = cut {
        let start = kept.len() - cut.len();
        message.replace_range(start.., &format!("{}{CUT}", Secret::REDACTED));
    }
}

impl std::fmt::Debug for HeaderValues {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(Secret::REDACTED)
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
    fn what_a_destination_repeats_of_them_is_hidden() {
        let values = headers(r#"{"authorization": "Bearer hunter2", "x-short": "a"}"#).values();
        let permanent = |message: &str| {
            let message = message.to_owned();
            Err(ExportError::Permanent { message })
        };
        for (said, expected) in [
            ("bad Bearer hunter2!", "bad [redacted]!"),
            ("bad token hunter2!", "bad token [redacted]!"),
            ("bad token hunt...", "bad token [redacted]..."),
            ("bad token hun...", "bad token hun..."),
            ("a bad day", "a bad day"),
        ] {
            assert_eq!(values.hide(permanent(said)), permanent(expected));
        }
        let exported = values.hide(Ok(Exported {
            message: "Bearer hunter2".to_owned(),
            ..Exported::default()
        }));
        assert_eq!(exported.expect("exported").message, "[redacted]");
        assert!(!format!("{values:?}").contains("hunter2"));
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
