//! Values, as they lie in a message or as they were computed.

use std::borrow::Cow;

use campanile_wire::otlp::view::AnyValue;
use campanile_wire::otlp::write;
use campanile_wire::protobuf::{Fields, Value as Wire};

use super::error::EvalError;
use super::path::Key;
use super::wire;

/// How deep a value may nest that is stored: what [`check`](campanile_wire::otlp::check) allows an
/// attribute, with room for the messages it lies in.
const MAX_NESTING: usize = 18;

/// A value. Lists and maps stay on the wire, borrowed or not.
#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    Bool(bool),
    Bytes(Cow<'a, [u8]>),
    Double(f64),
    /// Nanoseconds.
    Duration(i64),
    Int(i64),
    /// An `ArrayValue`.
    List(Cow<'a, [u8]>),
    Map(Pairs<'a>),
    Nil,
    Text(Cow<'a, str>),
    /// Nanoseconds since the Unix epoch.
    Time(i64),
}

/// The `KeyValue`s in one field of a message.
#[derive(Clone, Debug)]
pub(super) struct Pairs<'a> {
    pub(super) message: Cow<'a, [u8]>,
    pub(super) number: u32,
}

impl<'a> Pairs<'a> {
    /// Those in field `number` of `message`.
    pub(super) fn of(message: &'a [u8], number: u32) -> Self {
        Self {
            message: Cow::Borrowed(message),
            number,
        }
    }

    /// Keys and `AnyValue`s.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        wire::entries(&self.message, self.number)
    }

    /// The pairs as a `KeyValueList`.
    fn list(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.message.len());
        for entry in wire::all(&self.message, self.number) {
            write::nested(&mut out, 1, |out| out.extend_from_slice(entry));
        }
        out
    }
}

impl<'a> Value<'a> {
    /// Reads an `AnyValue`; the last member of the oneof counts.
    pub(super) fn read(any: &'a [u8]) -> Self {
        let mut value = Self::Nil;
        for field in Fields::new(any).map_while(Result::ok) {
            value = match (field.number, field.value) {
                (1, Wire::Bytes(bytes)) => Self::text(str::from_utf8(bytes).unwrap_or_default()),
                (2, Wire::Varint(number)) => Self::Bool(number != 0),
                (3, Wire::Varint(number)) => Self::Int(number.cast_signed()),
                (4, Wire::Fixed64(bits)) => Self::Double(f64::from_bits(bits)),
                (5, Wire::Bytes(list)) => Self::List(Cow::Borrowed(list)),
                (6, Wire::Bytes(list)) => Self::Map(Pairs::of(list, 1)),
                (7, Wire::Bytes(bytes)) => Self::Bytes(Cow::Borrowed(bytes)),
                _ => value,
            };
        }
        value
    }

    /// Text that lies somewhere.
    pub(super) fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// Text that was computed.
    pub(super) fn owned(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }

    /// A list of values.
    pub(super) fn list<'v>(
        values: impl IntoIterator<Item = &'v Value<'v>>,
    ) -> Result<Self, EvalError> {
        let mut out = Vec::new();
        for value in values {
            let mut any = Vec::new();
            value.put_any(&mut any)?;
            write::nested(&mut out, 1, |out| out.extend_from_slice(&any));
        }
        Ok(Self::List(Cow::Owned(out)))
    }

    /// A map of values; no key is given twice.
    pub(super) fn map<'v>(
        entries: impl IntoIterator<Item = (&'v str, Value<'v>)>,
    ) -> Result<Self, EvalError> {
        let mut message = Vec::new();
        for (key, value) in entries {
            let mut any = Vec::new();
            value.put_any(&mut any)?;
            wire::put_entry(&mut message, 1, key, &any);
        }
        Ok(Self::Map(Pairs {
            message: Cow::Owned(message),
            number: 1,
        }))
    }

    /// The same, borrowing nothing.
    pub(super) fn into_owned(self) -> Value<'static> {
        match self {
            Self::Bool(value) => Value::Bool(value),
            Self::Bytes(bytes) => Value::Bytes(Cow::Owned(bytes.into_owned())),
            Self::Double(number) => Value::Double(number),
            Self::Duration(nanos) => Value::Duration(nanos),
            Self::Int(number) => Value::Int(number),
            Self::List(list) => Value::List(Cow::Owned(list.into_owned())),
            Self::Map(map) => Value::Map(Pairs {
                message: Cow::Owned(map.message.into_owned()),
                number: map.number,
            }),
            Self::Nil => Value::Nil,
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Time(nanos) => Value::Time(nanos),
        }
    }

    /// The same, borrowed from it.
    pub(super) fn borrow(&self) -> Value<'_> {
        match self {
            Self::Bool(value) => Value::Bool(*value),
            Self::Bytes(bytes) => Value::Bytes(Cow::Borrowed(bytes)),
            Self::Double(number) => Value::Double(*number),
            Self::Duration(nanos) => Value::Duration(*nanos),
            Self::Int(number) => Value::Int(*number),
            Self::List(list) => Value::List(Cow::Borrowed(list)),
            Self::Map(map) => Value::Map(Pairs::of(&map.message, map.number)),
            Self::Nil => Value::Nil,
            Self::Text(text) => Value::Text(Cow::Borrowed(text)),
            Self::Time(nanos) => Value::Time(*nanos),
        }
    }

    /// What it is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a bool",
            Self::Bytes(_) => "bytes",
            Self::Double(_) => "a double",
            Self::Duration(_) => "a duration",
            Self::Int(_) => "an int",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Nil => "nil",
            Self::Text(_) => "a string",
            Self::Time(_) => "a time",
        }
    }

    /// What lies at `keys` below it; nil where nothing does.
    ///
    /// # Errors
    ///
    /// When a key is of the wrong kind, or beyond the end of a list.
    pub(super) fn at(self, keys: &[Key]) -> Result<Self, EvalError> {
        let mut value = self;
        for key in keys {
            value = match (value, key) {
                (Self::Nil, _) => return Ok(Self::Nil),
                (Self::Map(map), Key::Text(key)) => found(map, key),
                (Self::List(list), Key::Index(index)) => item(list, *index)?,
                (other, Key::Index(index)) => {
                    let message = format!("[{index}] of {}", other.kind());
                    return Err(EvalError::new(message));
                }
                (other, Key::Text(key)) => {
                    let message = format!("[\"{key}\"] of {}", other.kind());
                    return Err(EvalError::new(message));
                }
            };
        }
        Ok(value)
    }

    /// Appends the fields of an `AnyValue`.
    ///
    /// # Errors
    ///
    /// Times and durations have no such form, and nesting has a bound.
    pub(super) fn put_any(&self, out: &mut Vec<u8>) -> Result<(), EvalError> {
        match self {
            Self::Bool(value) => write::scalar(out, write::Scalar::Bool(*value)),
            Self::Bytes(bytes) => write::scalar(out, write::Scalar::Bytes(bytes)),
            Self::Double(number) => write::scalar(out, write::Scalar::Double(*number)),
            Self::Int(number) => write::scalar(out, write::Scalar::Int(*number)),
            Self::Text(text) => write::scalar(out, write::Scalar::Text(text)),
            Self::Nil => {}
            Self::List(list) => {
                write::nested(out, 5, |out| out.extend_from_slice(list));
                bounded(out)?;
            }
            Self::Map(map) => {
                write::nested(out, 6, |out| out.extend_from_slice(&map.list()));
                bounded(out)?;
            }
            Self::Duration(_) | Self::Time(_) => {
                let message = format!("{} cannot be stored as a value", self.kind());
                return Err(EvalError::new(message));
            }
        }
        Ok(())
    }

    /// The text that string functions see: numbers as written, bytes in hexadecimal, maps and lists
    /// as JSON. `None` for nil, times and durations.
    pub(super) fn to_text(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Bool(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            Self::Bytes(bytes) => Cow::Owned(const_hex::encode(bytes)),
            Self::Double(_) | Self::Int(_) | Self::List(_) | Self::Map(_) => {
                let mut any = Vec::new();
                self.put_any(&mut any).ok()?;
                Cow::Owned(AnyValue::new(&any).to_string())
            }
            Self::Text(text) => Cow::Borrowed(text),
            Self::Duration(_) | Self::Nil | Self::Time(_) => return None,
        })
    }
}

/// The value of `key` in a map.
fn found<'a>(map: Pairs<'a>, key: &str) -> Value<'a> {
    match map.message {
        Cow::Borrowed(message) => {
            wire::find(message, map.number, key).map_or(Value::Nil, Value::read)
        }
        Cow::Owned(message) => wire::find(&message, map.number, key)
            .map_or(Value::Nil, |any| Value::read(any).into_owned()),
    }
}

/// An item of a list.
fn item(list: Cow<'_, [u8]>, index: usize) -> Result<Value<'_>, EvalError> {
    let value = match list {
        Cow::Borrowed(list) => wire::items(list).nth(index).map(Value::read),
        Cow::Owned(list) => {
            let item = wire::items(&list).nth(index);
            item.map(|any| Value::read(any).into_owned())
        }
    };
    value.ok_or_else(|| EvalError::new(format!("[{index}] is beyond the end of the list")))
}

/// Refuses an `AnyValue` that nests too deep to be decoded by whoever reads it next.
pub(super) fn bounded(any: &[u8]) -> Result<(), EvalError> {
    if nests(any, MAX_NESTING) {
        return Ok(());
    }
    let message = format!("the value nests deeper than {MAX_NESTING}");
    Err(EvalError::new(message))
}

/// Whether an `AnyValue` nests at most `depth` deep.
fn nests(any: &[u8], depth: usize) -> bool {
    let Some(below) = depth.checked_sub(1) else {
        return false;
    };
    match Value::read(any) {
        Value::List(list) => wire::items(&list).all(|item| nests(item, below)),
        Value::Map(map) => map.iter().all(|(_, value)| nests(value, below)),
        _ => true,
    }
}
