//! The detector `env`.

use super::detect::{Found, Value};

const ATTRIBUTES: &str = "OTEL_RESOURCE_ATTRIBUTES";
const SERVICE_NAME: &str = "OTEL_SERVICE_NAME";

/// What the environment says: `OTEL_SERVICE_NAME` before `OTEL_RESOURCE_ATTRIBUTES`.
///
/// <https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable>
pub(super) fn detect(variable: impl Fn(&str) -> Option<String>) -> Vec<Found> {
    let name = variable(SERVICE_NAME).filter(|name| !name.is_empty());
    let mut found: Vec<Found> = Vec::new();
    found.extend(name.map(|name| ("service.name".to_owned(), Value::Text(name))));
    let text = variable(ATTRIBUTES).unwrap_or_default();
    match parsed(&text) {
        Some(pairs) => found.extend(pairs),
        None => tracing::warn!(
            "{ATTRIBUTES} is left out: write `key=value,key=value`, other characters as %XX"
        ),
    }
    found
}

/// The pairs of a list; nothing of one that has a mistake. Of two of one name, the last counts.
pub(super) fn parsed(text: &str) -> Option<Vec<Found>> {
    let mut found: Vec<Found> = Vec::new();
    for pair in text.split(',').filter(|pair| !pair.trim().is_empty()) {
        let (key, value) = pair.split_once('=')?;
        let key = decoded(key.trim()).filter(|key| !key.is_empty())?;
        let value = Value::Text(decoded(value.trim())?);
        found.retain(|(earlier, _)| *earlier != key);
        found.push((key, value));
    }
    Some(found)
}

/// Text whose `%XX` are bytes.
fn decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let digits = part.get(..2)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        bytes.push(u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)?);
        bytes.extend_from_slice(part.get(2..)?.as_bytes());
    }
    String::from_utf8(bytes).ok()
}
