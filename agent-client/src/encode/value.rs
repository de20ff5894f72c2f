//! Attributes and their values.

use campanile_wire::otlp::write::{Scalar, attribute, nested, scalar};
use opentelemetry::logs::AnyValue;
use opentelemetry::{Array, KeyValue, Value};

/// Appends attributes as fields `number`.
pub(super) fn attributes<'a>(
    out: &mut Vec<u8>,
    number: u32,
    list: impl IntoIterator<Item = &'a KeyValue>,
) {
    for pair in list {
        let key = pair.key.as_str();
        match &pair.value {
            Value::Bool(value) => attribute(out, number, key, Scalar::Bool(*value)),
            Value::F64(value) => attribute(out, number, key, Scalar::Double(*value)),
            Value::I64(value) => attribute(out, number, key, Scalar::Int(*value)),
            Value::String(value) => attribute(out, number, key, Scalar::Text(value.as_str())),
            Value::Array(list) => pair_of(out, number, key, |out| array(out, list)),
            // The list of values may grow.
            other => attribute(out, number, key, Scalar::Text(&other.as_str())),
        }
    }
}

/// Appends one attribute of a log record as field `number`.
pub(super) fn log_attribute(out: &mut Vec<u8>, number: u32, key: &str, value: &AnyValue) {
    pair_of(out, number, key, |out| any_value(out, value));
}

/// Appends the fields of an `AnyValue`.
pub(super) fn any_value(out: &mut Vec<u8>, value: &AnyValue) {
    match value {
        AnyValue::Boolean(value) => scalar(out, Scalar::Bool(*value)),
        AnyValue::Bytes(value) => scalar(out, Scalar::Bytes(value)),
        AnyValue::Double(value) => scalar(out, Scalar::Double(*value)),
        AnyValue::Int(value) => scalar(out, Scalar::Int(*value)),
        AnyValue::ListAny(values) => nested(out, 5, |out| {
            for value in values.iter() {
                nested(out, 1, |out| any_value(out, value));
            }
        }),
        AnyValue::Map(pairs) => nested(out, 6, |out| {
            for (key, value) in pairs.iter() {
                log_attribute(out, 1, key.as_str(), value);
            }
        }),
        AnyValue::String(value) => scalar(out, Scalar::Text(value.as_str())),
        // The list of values may grow.
        other => scalar(out, Scalar::Text(&format!("{other:?}"))),
    }
}

fn pair_of(out: &mut Vec<u8>, number: u32, key: &str, value: impl FnOnce(&mut Vec<u8>)) {
    nested(out, number, |out| {
        campanile_wire::otlp::write::text(out, 1, key);
        nested(out, 2, value);
    });
}

/// Appends the fields of an `AnyValue` with a list.
fn array(out: &mut Vec<u8>, array: &Array) {
    nested(out, 5, |out| {
        let mut item = |value: Scalar<'_>| nested(out, 1, |out| scalar(out, value));
        match array {
            Array::Bool(items) => items.iter().for_each(|&value| item(Scalar::Bool(value))),
            Array::F64(items) => items.iter().for_each(|&value| item(Scalar::Double(value))),
            Array::I64(items) => items.iter().for_each(|&value| item(Scalar::Int(value))),
            Array::String(items) => items
                .iter()
                .for_each(|value| item(Scalar::Text(value.as_str()))),
            other => item(Scalar::Text(&other.to_string())),
        }
    });
}
