//! Values: from configuration, hashed, converted.

use campanile_wire::otlp::edit::Change;
use campanile_wire::otlp::view::AnyValue;
use campanile_wire::otlp::write::{self, Scalar};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::config::Type;

/// The fields of the `AnyValue` that a piece of configuration stands for.
pub(crate) fn any_value(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, value);
    out
}

fn put(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => {}
        Value::Bool(value) => write::scalar(out, Scalar::Bool(*value)),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => write::scalar(out, Scalar::Int(number)),
            (None, number) => write::scalar(out, Scalar::Double(number.unwrap_or_default())),
        },
        Value::String(text) => write::scalar(out, Scalar::Text(text)),
        Value::Array(values) => write::nested(out, 5, |list| {
            for value in values {
                write::nested(list, 1, |out| put(out, value));
            }
        }),
        Value::Object(map) => write::nested(out, 6, |list| {
            for (key, value) in map {
                write::nested(list, 1, |pair| {
                    write::text(pair, 1, key);
                    write::nested(pair, 2, |out| put(out, value));
                });
            }
        }),
    }
}

/// Writes the SHA-256 digest of the bytes of a value, as hexadecimal text. Empty text, and values
/// that are neither text nor a number nor a truth value, become empty text.
pub(super) fn hashed(value: AnyValue<'_>, out: &mut Vec<u8>) -> Change {
    let digest = match value {
        AnyValue::Text("") => String::new(),
        AnyValue::Text(text) => digest(text.as_bytes()),
        AnyValue::Bool(value) => digest(&[u8::from(value)]),
        AnyValue::Int(number) => digest(&number.to_le_bytes()),
        AnyValue::Double(number) => digest(&number.to_bits().to_le_bytes()),
        AnyValue::Array(_) | AnyValue::Bytes(_) | AnyValue::Empty | AnyValue::KvList(_) => {
            String::new()
        }
    };
    write::scalar(out, Scalar::Text(&digest));
    Change::Value
}

fn digest(bytes: &[u8]) -> String {
    const_hex::encode(Sha256::digest(bytes))
}

/// Writes the value as one of type `to`; one that cannot be converted stays as it is.
pub(super) fn converted(value: AnyValue<'_>, to: Type, out: &mut Vec<u8>) -> Change {
    let text;
    let new = match to {
        Type::String => {
            text = value.to_string();
            (!matches!(value, AnyValue::Text(_))).then_some(Scalar::Text(&text))
        }
        Type::Int => as_int(value).map(Scalar::Int),
        Type::Double => as_double(value).map(Scalar::Double),
    };
    let Some(new) = new else {
        return Change::Keep;
    };
    write::scalar(out, new);
    Change::Value
}

/// What is not an integer, as one.
fn as_int(value: AnyValue<'_>) -> Option<i64> {
    match value {
        AnyValue::Bool(value) => Some(i64::from(value)),
        AnyValue::Double(number) => Some(number as i64),
        AnyValue::Text(text) => text.parse().ok(),
        AnyValue::Array(_)
        | AnyValue::Bytes(_)
        | AnyValue::Empty
        | AnyValue::Int(_)
        | AnyValue::KvList(_) => None,
    }
}

/// What is not a double, as one.
fn as_double(value: AnyValue<'_>) -> Option<f64> {
    match value {
        AnyValue::Bool(value) => Some(f64::from(u8::from(value))),
        AnyValue::Int(number) => Some(number as f64),
        AnyValue::Text(text) => text.parse().ok(),
        AnyValue::Array(_)
        | AnyValue::Bytes(_)
        | AnyValue::Double(_)
        | AnyValue::Empty
        | AnyValue::KvList(_) => None,
    }
}
