//! The attributes of one span or data point, to be asked about.

use opentelemetry::{KeyValue, Value};

/// The name spaces in which only the conventions define keys.
const RESERVED: [&str; 8] = [
    "client.",
    "error.",
    "http.",
    "network.",
    "rpc.",
    "server.",
    "url.",
    "user_agent.",
];

/// Attributes in the order they were set.
#[derive(Debug)]
pub(super) struct Facts<'a>(Vec<&'a KeyValue>);

impl<'a> Facts<'a> {
    pub(super) fn of(attributes: impl IntoIterator<Item = &'a KeyValue>) -> Self {
        Self(attributes.into_iter().collect())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.0.iter().map(|kv| (kv.key.as_str(), &kv.value))
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        self.iter().find(|(name, _)| *name == key).map(|(_, v)| v)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The text of `key`; a value of another type is none.
    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        match self.get(key)? {
            Value::String(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// The number of `key`; a value of another type is none.
    pub(super) fn int(&self, key: &str) -> Option<i64> {
        match self.get(key)? {
            Value::I64(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether any key starts with `prefix`.
    pub(super) fn any_below(&self, prefix: &str) -> bool {
        self.iter().any(|(key, _)| key.starts_with(prefix))
    }
}

/// Whether only the conventions may define `key`.
pub(super) fn is_reserved(key: &str) -> bool {
    RESERVED.iter().any(|prefix| key.starts_with(prefix))
}
