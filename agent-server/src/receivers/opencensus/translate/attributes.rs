//! Attribute maps and shortened texts.

use campanile_wire::opencensus::trace::v1::attribute_value::Value;
use campanile_wire::opencensus::trace::v1::span::Attributes;
use campanile_wire::opencensus::trace::v1::{AttributeValue, TruncatableString};
use campanile_wire::otlp::write::{Scalar, attribute};

/// What the Collector writes for a value of a type that does not exist yet.
const UNKNOWN_VALUE: &str = "<Unknown OpenCensus attribute value type>";

/// Appends each attribute as field `number`, except those that `skip` names.
pub(super) fn put(out: &mut Vec<u8>, number: u32, attributes: &Attributes, skip: &[&str]) {
    let kept = attributes
        .attribute_map
        .iter()
        .filter(|(key, _)| !skip.contains(&key.as_str()));
    for (key, value) in kept {
        attribute(out, number, key, scalar(value));
        if let Some(Value::StringValue(text)) = &value.value {
            let key = || format!("opencensus.truncated_byte_count.{key}");
            put_truncated(out, number, key, text);
        }
    }
}

/// Appends how many bytes `text` has lost, if any, under the key that `key` makes.
pub(super) fn put_truncated(
    out: &mut Vec<u8>,
    number: u32,
    key: impl FnOnce() -> String,
    text: &TruncatableString,
) {
    put_count(out, number, key, text.truncated_byte_count);
}

/// Appends a count as an attribute, unless it is zero.
pub(super) fn put_count(out: &mut Vec<u8>, number: u32, key: impl FnOnce() -> String, count: i32) {
    if count != 0 {
        attribute(out, number, &key(), Scalar::Int(i64::from(count)));
    }
}

/// The text of an attribute, if it is text.
pub(super) fn text<'a>(attributes: &'a Attributes, key: &str) -> Option<&'a str> {
    match attributes.attribute_map.get(key)?.value.as_ref()? {
        Value::StringValue(text) => Some(&text.value),
        Value::IntValue(_) | Value::BoolValue(_) | Value::DoubleValue(_) => None,
    }
}

/// The value of an attribute, if it is an integer.
pub(super) fn int(attributes: &Attributes, key: &str) -> Option<i64> {
    match attributes.attribute_map.get(key)?.value.as_ref()? {
        Value::IntValue(number) => Some(*number),
        Value::StringValue(_) | Value::BoolValue(_) | Value::DoubleValue(_) => None,
    }
}

/// A dropped count as OTLP has it: never negative.
pub(super) fn dropped(count: i32) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

fn scalar(value: &AttributeValue) -> Scalar<'_> {
    match &value.value {
        Some(Value::StringValue(text)) => Scalar::Text(&text.value),
        Some(Value::IntValue(number)) => Scalar::Int(*number),
        Some(Value::BoolValue(truth)) => Scalar::Bool(*truth),
        Some(Value::DoubleValue(number)) => Scalar::Double(*number),
        None => Scalar::Text(UNKNOWN_VALUE),
    }
}
