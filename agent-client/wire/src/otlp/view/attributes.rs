//! Attributes and the values they hold.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::messages;
use crate::protobuf::{Fields, Value};

/// A list of `KeyValue` in one field of a message.
#[derive(Clone, Copy)]
pub struct Attributes<'a> {
    message: &'a [u8],
    number: u32,
}

impl<'a> Attributes<'a> {
    /// The key-value pairs in field `number` of `message`.
    #[must_use]
    pub fn new(message: &'a [u8], number: u32) -> Self {
        Self { message, number }
    }

    /// Every key and value, in the order of the wire.
    pub fn iter(self) -> impl Iterator<Item = (&'a str, AnyValue<'a>)> {
        messages(self.message, self.number).map(key_value)
    }

    /// The value of the first attribute with this key.
    #[must_use]
    pub fn find(self, key: &str) -> Option<AnyValue<'a>> {
        messages(self.message, self.number).find_map(|pair| attribute(pair, key))
    }
}

impl fmt::Debug for Attributes<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}

/// The value in one `KeyValue`, if its key is `key`.
///
/// Nearly every one begins with its key, and so is told from others by its first bytes.
#[must_use]
pub fn attribute<'a>(message: &'a [u8], key: &str) -> Option<AnyValue<'a>> {
    if let [KEY_TAG, length @ ..0x80, rest @ ..] = message {
        let other = usize::from(*length) != key.len() || !rest.starts_with(key.as_bytes());
        // With a second key behind it, the first does not count: such a message is longer.
        if other && !may_have_another_key(rest, usize::from(*length)) {
            return None;
        }
    }
    let (found, value) = key_value(message);
    (found == key).then_some(value)
}

/// The tag of the key of a `KeyValue`, and that of its value.
const KEY_TAG: u8 = 1 << 3 | 2;
const VALUE_TAG: u8 = 2 << 3 | 2;

/// Whether behind a key of `length` bytes there is more than one short value.
fn may_have_another_key(rest: &[u8], length: usize) -> bool {
    match rest.get(length..) {
        Some([VALUE_TAG, value @ ..0x80, after @ ..]) => after.len() != usize::from(*value),
        behind => !behind.unwrap_or_default().is_empty(),
    }
}

fn key_value(message: &[u8]) -> (&str, AnyValue<'_>) {
    let mut key = "";
    let mut value = AnyValue::Empty;
    for field in Fields::new(message).map_while(Result::ok) {
        match (field.number, field.value) {
            (1, Value::Bytes(bytes)) => key = str::from_utf8(bytes).unwrap_or(""),
            (2, Value::Bytes(bytes)) => value = AnyValue::new(bytes),
            _ => {}
        }
    }
    (key, value)
}

/// `opentelemetry.proto.common.v1.AnyValue`, borrowed.
#[derive(Clone, Copy, Debug)]
pub enum AnyValue<'a> {
    /// A list of values.
    Array(Values<'a>),
    /// A truth value.
    Bool(bool),
    /// Raw bytes.
    Bytes(&'a [u8]),
    /// A double.
    Double(f64),
    /// No value at all.
    Empty,
    /// A signed integer.
    Int(i64),
    /// A map.
    KvList(Attributes<'a>),
    /// Text.
    Text(&'a str),
}

impl<'a> AnyValue<'a> {
    /// Reads the value; the last member of the oneof counts.
    #[must_use]
    pub fn new(message: &'a [u8]) -> Self {
        let mut value = Self::Empty;
        for field in Fields::new(message).map_while(Result::ok) {
            value = match (field.number, field.value) {
                (1, Value::Bytes(bytes)) => Self::Text(str::from_utf8(bytes).unwrap_or("")),
                (2, Value::Varint(number)) => Self::Bool(number != 0),
                (3, Value::Varint(number)) => Self::Int(number.cast_signed()),
                (4, Value::Fixed64(bits)) => Self::Double(f64::from_bits(bits)),
                (5, Value::Bytes(bytes)) => Self::Array(Values(bytes)),
                (6, Value::Bytes(bytes)) => Self::KvList(Attributes::new(bytes, 1)),
                (7, Value::Bytes(bytes)) => Self::Bytes(bytes),
                _ => value,
            };
        }
        value
    }

    /// The text, if it is text.
    #[must_use]
    pub fn as_text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, if it is an integer.
    #[must_use]
    pub fn as_int(self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(number),
            _ => None,
        }
    }
}

/// The elements of an `ArrayValue`.
#[derive(Clone, Copy)]
pub struct Values<'a>(&'a [u8]);

impl<'a> Values<'a> {
    /// Every element in order.
    pub fn iter(self) -> impl Iterator<Item = AnyValue<'a>> {
        messages(self.0, 1).map(AnyValue::new)
    }
}

impl fmt::Debug for Values<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

/// The text form that the OpenTelemetry mapping to non-OTLP formats gives: text as it is, numbers
/// and lists as JSON, bytes in base64, an empty value as nothing.
impl fmt::Display for AnyValue<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Text(text) => formatter.write_str(text),
            Self::Bytes(bytes) => formatter.write_str(&BASE64_STANDARD.encode(bytes)),
            nested => write_json(formatter, *nested, MAX_DEPTH),
        }
    }
}

/// How deep a value is shown; what lies deeper shows as `null`.
const MAX_DEPTH: usize = 32;

fn write_json(out: &mut fmt::Formatter<'_>, value: AnyValue<'_>, depth: usize) -> fmt::Result {
    if depth == 0 {
        return out.write_str("null");
    }
    match value {
        AnyValue::Array(values) => {
            out.write_str("[")?;
            for (index, value) in values.iter().enumerate() {
                out.write_str(if index == 0 { "" } else { "," })?;
                write_json(out, value, depth - 1)?;
            }
            out.write_str("]")
        }
        AnyValue::KvList(pairs) => {
            out.write_str("{")?;
            for (index, (key, value)) in pairs.iter().enumerate() {
                out.write_str(if index == 0 { "" } else { "," })?;
                write_quoted(out, key)?;
                out.write_str(":")?;
                write_json(out, value, depth - 1)?;
            }
            out.write_str("}")
        }
        AnyValue::Bool(value) => write!(out, "{value}"),
        AnyValue::Bytes(bytes) => write_quoted(out, &BASE64_STANDARD.encode(bytes)),
        AnyValue::Double(number) => write_double(out, number),
        AnyValue::Empty => out.write_str("null"),
        AnyValue::Int(number) => write!(out, "{number}"),
        AnyValue::Text(text) => write_quoted(out, text),
    }
}

fn write_double(out: &mut fmt::Formatter<'_>, number: f64) -> fmt::Result {
    if number.is_nan() {
        out.write_str("NaN")
    } else if number.is_infinite() {
        out.write_str(if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        })
    } else {
        write!(out, "{number}")
    }
}

fn write_quoted(out: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    out.write_str(&serde_json::Value::from(text).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otlp::write::{Scalar, attribute as write, nested, text};

    /// The `KeyValue` that `fields` writes.
    fn pair(fields: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut pair = Vec::new();
        fields(&mut pair);
        pair
    }

    #[test]
    fn an_attribute_is_found_by_its_key_however_it_is_written() {
        let value = |out: &mut Vec<u8>| nested(out, 2, |out| text(out, 1, "v"));
        let long = "x".repeat(200);
        let behind = pair(|out| {
            value(out);
            text(out, 1, "key");
        });
        let twice = pair(|out| {
            text(out, 1, "other");
            value(out);
            text(out, 1, "key");
        });
        let alone = pair(|out| text(out, 1, "key"));
        for found in [&behind, &twice, &alone] {
            assert!(attribute(found, "key").is_some(), "{found:?}");
            assert!(attribute(found, "other").is_none(), "{found:?}");
        }
        let lengthy = pair(|out| {
            text(out, 1, &long);
            value(out);
        });
        let found = attribute(&lengthy, &long).and_then(AnyValue::as_text);
        assert_eq!(found, Some("v"));
        assert!(attribute(&lengthy, "key").is_none());
    }

    #[test]
    fn keys_that_begin_alike_are_not_the_same() {
        let mut message = Vec::new();
        write(&mut message, 9, "key.longer", Scalar::Int(1));
        write(&mut message, 9, "kex", Scalar::Int(2));
        write(&mut message, 9, "key", Scalar::Int(3));
        let found = Attributes::new(&message, 9).find("key");
        assert_eq!(found.and_then(AnyValue::as_int), Some(3));
    }
}
