//! Attributes as tags.

use std::borrow::Cow;

use campanile_wire::jaeger::{Tag, Value};
use campanile_wire::otlp::view::AnyValue;

/// A tag with this value.
pub(super) fn tag<'a>(key: impl Into<Cow<'a, str>>, value: Value<'a>) -> Tag<'a> {
    Tag {
        key: key.into(),
        value,
    }
}

/// A tag that is text.
pub(super) fn text<'a>(key: &'a str, value: impl Into<Cow<'a, str>>) -> Tag<'a> {
    tag(key, Value::Text(value.into()))
}

/// Adds a text, unless it is empty.
pub(super) fn add_text<'a>(tags: &mut Vec<Tag<'a>>, key: &'a str, value: &'a str) {
    if !value.is_empty() {
        tags.push(text(key, value));
    }
}

/// Adds a count, unless it is zero.
pub(super) fn add_count<'a>(tags: &mut Vec<Tag<'a>>, key: &'a str, count: u64) {
    if count != 0 {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        tags.push(tag(key, Value::Long(count)));
    }
}

/// An attribute as Jaeger has it: lists and maps are JSON, no value is no text.
pub(super) fn of(value: AnyValue<'_>) -> Value<'_> {
    match value {
        AnyValue::Bool(truth) => Value::Bool(truth),
        AnyValue::Bytes(bytes) => Value::Binary(bytes),
        AnyValue::Double(number) => Value::Double(number),
        AnyValue::Int(number) => Value::Long(number),
        AnyValue::Text(text) => Value::Text(text.into()),
        AnyValue::Array(_) | AnyValue::Empty | AnyValue::KvList(_) => {
            Value::Text(value.to_string().into())
        }
    }
}
