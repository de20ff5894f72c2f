//! Tags under construction.

use std::borrow::Cow;
use std::collections::BTreeMap;

use campanile_wire::otlp::view::AnyValue;
use campanile_wire::zipkin::{Tag, Value};

/// A key and the text of its value.
pub(super) type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// Tags whose keys are unique: what comes first keeps its key.
#[derive(Debug, Default)]
pub(super) struct Tags<'a>(BTreeMap<Cow<'a, str>, Cow<'a, str>>);

impl<'a> Tags<'a> {
    /// Adds a tag; where its key is taken, under the one that `other` makes.
    pub(super) fn put(&mut self, key: Cow<'a, str>, value: Cow<'a, str>, other: &'static str) {
        if self.0.contains_key(&key) {
            self.0.insert(format!("{other}{key}").into(), value);
        } else {
            self.0.insert(key, value);
        }
    }

    /// Sets a tag of ours.
    pub(super) fn set(&mut self, key: &'a str, value: impl Into<Cow<'a, str>>) {
        self.0.insert(Cow::Borrowed(key), value.into());
    }

    /// Sets a tag of ours with a key that is made.
    pub(super) fn set_made(&mut self, key: String, value: String) {
        self.0.insert(key.into(), value.into());
    }

    /// Sets a count, unless it is zero.
    pub(super) fn set_count(&mut self, key: &'a str, count: u64) {
        if count != 0 {
            self.set(key, count.to_string());
        }
    }

    /// All, in the order of their keys.
    pub(super) fn finish(self) -> Vec<Tag<'a>> {
        let tag = |(key, value)| Tag {
            key,
            value: Value::Text(value),
        };
        self.0.into_iter().map(tag).collect()
    }
}

/// The text form of a value.
pub(super) fn text_of(value: AnyValue<'_>) -> Cow<'_, str> {
    match value {
        AnyValue::Text(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}
