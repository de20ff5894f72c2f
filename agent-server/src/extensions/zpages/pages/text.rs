//! Attributes as text.

use serde_json::Value;

use crate::ops::show::shortened;
use crate::store::model::Map;

/// Characters of one value that a page shows; the JSON has all.
const MAX_VALUE: usize = 4_096;

/// A key and its value, harmless to show once escaped for HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) key: String,
    pub(super) value: String,
}

impl Pair {
    pub(super) fn new(key: &str, value: &str) -> Self {
        Self {
            key: shown(key),
            value: shown(value),
        }
    }
}

/// The pairs of attributes by key.
pub(super) fn pairs(attributes: &Map) -> Vec<Pair> {
    let pair = |(key, value): (&String, &Value)| match value {
        Value::String(text) => Pair::new(key, text),
        other => Pair::new(key, &other.to_string()),
    };
    attributes.iter().map(pair).collect()
}

/// Text of others, harmless to show once escaped for HTML.
pub(super) fn shown(text: &str) -> String {
    shortened(text, MAX_VALUE).into_owned()
}

/// A name of others, never empty.
pub(super) fn named(text: &str) -> String {
    if text.is_empty() {
        return "(none)".to_owned();
    }
    shortened(text, 200).into_owned()
}
