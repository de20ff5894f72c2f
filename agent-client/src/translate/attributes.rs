//! Attribute values and texts.

use campanile_wire::opencensus::trace::v1::attribute_value::Value as OpenCensusValue;
use campanile_wire::opencensus::trace::v1::span::Attributes;
use campanile_wire::opencensus::trace::v1::{AttributeValue, TruncatableString};
use opentelemetry::{Array, KeyValue, Value};

/// Attributes as a map: of two with one key, the later one stays. `None` when there is nothing.
pub(super) fn attributes(
    list: impl IntoIterator<Item = KeyValue>,
    dropped: u32,
) -> Option<Attributes> {
    let attributes = Attributes {
        attribute_map: list
            .into_iter()
            .map(|attribute| (attribute.key.into(), value(attribute.value)))
            .collect(),
        dropped_attributes_count: count(dropped),
    };
    (!attributes.attribute_map.is_empty() || dropped > 0).then_some(attributes)
}

/// A text that was not shortened here.
pub(super) fn string(text: impl Into<String>) -> TruncatableString {
    TruncatableString {
        value: text.into(),
        truncated_byte_count: 0,
    }
}

/// A count in a signed field.
pub(super) fn count(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// A value in text form; lists as JSON.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Array(array) => json(array),
        other => other.as_str().into_owned(),
    }
}

fn value(value: Value) -> AttributeValue {
    let value = match value {
        Value::Bool(value) => OpenCensusValue::BoolValue(value),
        Value::F64(value) => OpenCensusValue::DoubleValue(value),
        Value::I64(value) => OpenCensusValue::IntValue(value),
        Value::String(value) => OpenCensusValue::StringValue(string(value)),
        other => OpenCensusValue::StringValue(string(text(&other))),
    };
    AttributeValue { value: Some(value) }
}

fn json(array: &Array) -> String {
    let json = match array {
        Array::Bool(items) => serde_json::Value::from(items.clone()),
        Array::F64(items) => serde_json::Value::from(items.clone()),
        Array::I64(items) => serde_json::Value::from(items.clone()),
        Array::String(items) => items.iter().map(|item| item.as_str()).collect(),
        other => serde_json::Value::from(other.to_string()),
    };
    json.to_string()
}
