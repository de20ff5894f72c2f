//! Writing what a path leads to.

use campanile_wire::otlp::write;

use super::super::error::EvalError;
use super::super::path::{Field, Key, Number, Path};
use super::super::value::{Pairs, Value};
use super::super::wire;
use super::{Draft, state};

impl Draft<'_> {
    /// Puts `value` where `path` leads.
    ///
    /// # Errors
    ///
    /// When the value is of the wrong kind, or a key does not fit.
    pub(in super::super) fn set(
        &mut self,
        path: &Path,
        value: &Value<'_>,
    ) -> Result<(), EvalError> {
        let message = self.message();
        let changed = match (path.field, path.keys.as_slice()) {
            (Field::Cache, keys) => {
                self.cache = set_map(&self.cache, 1, keys, value)?;
                return Ok(());
            }
            (Field::Map(number), keys) => {
                let number = self.number(number)?;
                set_map(message, number, keys, value)?
            }
            (Field::Body, keys) => {
                let any = wire::set_in_any(wire::bytes(message, 5), keys, value)?;
                wire::replace(message, &[5], &nested(5, &any))
            }
            (Field::TraceState, [Key::Text(key)]) => {
                let state = state::set(wire::text(message, 3), key, text(value)?);
                wire::replace(message, &[3], &encoded_text(3, &state))
            }
            (field, _) => self.set_plain(field, value)?,
        };
        self.put(changed);
        Ok(())
    }

    /// The map at `path`, with the message and field it is in: nothing where there is no map.
    pub(in super::super) fn map(&self, path: &Path) -> Result<Option<Pairs<'static>>, EvalError> {
        match self.record().get(path)?.into_owned() {
            Value::Map(map) => Ok(Some(map)),
            Value::Nil => Ok(None),
            other => Err(EvalError::new(format!(
                "expected a map, found {}",
                other.kind()
            ))),
        }
    }

    /// Changes the message whose field holds the map at `path`.
    pub(in super::super) fn edit_map(
        &mut self,
        path: &Path,
        edit: impl FnOnce(&[u8], u32) -> Vec<u8>,
    ) -> Result<(), EvalError> {
        match (path.field, path.keys.as_slice()) {
            (Field::Map(number), []) => {
                let Ok(number) = self.number(number) else {
                    return Ok(());
                };
                let changed = edit(self.message(), number);
                self.put(changed);
                Ok(())
            }
            (Field::Cache, []) => {
                self.cache = edit(&self.cache, 1);
                Ok(())
            }
            _ => {
                let Some(map) = self.map(path)? else {
                    return Ok(());
                };
                let message = edit(&map.message, map.number).into();
                let number = map.number;
                self.set(path, &Value::Map(Pairs { message, number }))
            }
        }
    }

    fn number(&self, number: Number) -> Result<u32, EvalError> {
        let number = number.of(self.data());
        number.ok_or_else(|| EvalError::new("this kind of point has no such field"))
    }

    /// The message with a field that has no keys.
    fn set_plain(&self, field: Field, value: &Value<'_>) -> Result<Vec<u8>, EvalError> {
        let message = self.message();
        let mut out = Vec::new();
        let number = match field {
            Field::BodyText => {
                let mut any = Vec::new();
                Value::text(text(value)?).put_any(&mut any)?;
                out = nested(5, &any);
                5
            }
            Field::Fixed32(number) => {
                write::fixed32(&mut out, number, unsigned(value)?);
                number
            }
            Field::Id(number, length) => {
                write::bytes(&mut out, number, &id(value, length)?);
                number
            }
            Field::IdText(number, length) => {
                let bytes = const_hex::decode(text(value)?).unwrap_or_default();
                write::bytes(&mut out, number, &id(&Value::Bytes(bytes.into()), length)?);
                number
            }
            Field::StatusCode | Field::StatusMessage => {
                out = nested(15, &status(wire::bytes(message, 15), field, value)?);
                15
            }
            Field::Text(number) => {
                out = encoded_text(number, text(value)?);
                number
            }
            Field::Time(number) => {
                let Value::Time(nanos) = value else {
                    return Err(wrong("a time", value));
                };
                write::fixed64(&mut out, number, nanos.cast_unsigned());
                number
            }
            Field::TraceState => {
                out = encoded_text(3, text(value)?);
                3
            }
            Field::Monotonic | Field::Temporality => return set_metric(message, field, value),
            field => return self.set_number(message, field, value),
        };
        Ok(wire::replace(message, &[number], &out))
    }

    /// The message with a number.
    fn set_number(
        &self,
        message: &[u8],
        field: Field,
        value: &Value<'_>,
    ) -> Result<Vec<u8>, EvalError> {
        let mut out = Vec::new();
        let number = match field {
            Field::Double(number) => {
                let number = self.number(number)?;
                write::fixed64(&mut out, number, double(value)?.to_bits());
                number
            }
            Field::Fixed64(number) => {
                let number = self.number(number)?;
                write::fixed64(&mut out, number, int(value)?.cast_unsigned());
                number
            }
            Field::Signed(number) => {
                let number = self.number(number)?;
                let scale = int(value)?;
                write::varint(
                    &mut out,
                    number,
                    ((scale << 1) ^ (scale >> 63)).cast_unsigned(),
                );
                number
            }
            Field::Varint(number) => {
                let number = self.number(number)?;
                write::varint(&mut out, number, u64::from(unsigned(value)?));
                number
            }
            Field::ValueDouble | Field::ValueInt => {
                self.number(Number::Point(4, 0, 0, 0))?;
                return set_value(message, field, value);
            }
            _ => return Err(EvalError::new("this cannot be set")),
        };
        Ok(wire::replace(message, &[number], &out))
    }
}

/// The message with the value of a number point.
fn set_value(message: &[u8], field: Field, value: &Value<'_>) -> Result<Vec<u8>, EvalError> {
    let (number, bits) = match field {
        Field::ValueDouble => (4_u32, double(value)?.to_bits()),
        _ => (6, int(value)?.cast_unsigned()),
    };
    // A oneof: zero is written as well.
    let mut out = vec![(number << 3 | 1) as u8];
    out.extend_from_slice(&bits.to_le_bytes());
    Ok(wire::replace(message, &[4, 6], &out))
}

fn set_map(
    message: &[u8],
    number: u32,
    keys: &[Key],
    value: &Value<'_>,
) -> Result<Vec<u8>, EvalError> {
    if let [Key::Text(key), rest @ ..] = keys {
        return wire::set_in_map(message, number, key, rest, value);
    }
    let Value::Map(map) = value else {
        return Err(wrong("a map", value));
    };
    wire::bound_entries(map.iter().count())?;
    let mut out = Vec::new();
    for entry in wire::all(&map.message, map.number) {
        write::nested(&mut out, number, |out| out.extend_from_slice(entry));
    }
    Ok(wire::replace(message, &[number], &out))
}

/// A status with another code or message.
fn status(status: &[u8], field: Field, value: &Value<'_>) -> Result<Vec<u8>, EvalError> {
    let mut out = Vec::new();
    let number = if field == Field::StatusCode {
        write::varint(&mut out, 3, u64::from(unsigned(value)?));
        3
    } else {
        out = encoded_text(2, text(value)?);
        2
    };
    Ok(wire::replace(status, &[number], &out))
}

/// A metric with another temporality, or monotonic or not.
fn set_metric(metric: &[u8], field: Field, value: &Value<'_>) -> Result<Vec<u8>, EvalError> {
    let mut out = Vec::new();
    let number = match (field, value) {
        (Field::Monotonic, Value::Bool(value)) => {
            write::varint(&mut out, 3, u64::from(*value));
            3
        }
        (Field::Monotonic, other) => return Err(wrong("a bool", other)),
        (_, value) => {
            write::varint(&mut out, 2, u64::from(unsigned(value)?));
            2
        }
    };
    let data = match (field, state::data(metric)) {
        (Field::Monotonic, Some(7)) => 7,
        (Field::Temporality, Some(data @ (7 | 9 | 10))) => data,
        // As in the Collector: other kinds have no such thing, and nothing happens.
        _ => return Ok(metric.to_vec()),
    };
    // Of points in two places the first would be lost.
    if wire::all(metric, data).count() > 1 {
        return Ok(metric.to_vec());
    }
    let list = wire::replace(wire::bytes(metric, data), &[number], &out);
    Ok(wire::replace(metric, &[data], &nested(data, &list)))
}

fn nested(number: u32, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 6);
    write::nested(&mut out, number, |out| out.extend_from_slice(body));
    out
}

fn encoded_text(number: u32, value: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len() + 6);
    write::text(&mut out, number, value);
    out
}

fn wrong(expected: &str, found: &Value<'_>) -> EvalError {
    EvalError::new(format!("expected {expected}, found {}", found.kind()))
}

fn text<'v>(value: &'v Value<'_>) -> Result<&'v str, EvalError> {
    match value {
        Value::Text(text) => Ok(text),
        other => Err(wrong("a string", other)),
    }
}

fn int(value: &Value<'_>) -> Result<i64, EvalError> {
    match value {
        Value::Int(number) => Ok(*number),
        other => Err(wrong("an int", other)),
    }
}

fn unsigned(value: &Value<'_>) -> Result<u32, EvalError> {
    let number = int(value)?;
    u32::try_from(number).map_err(|_| EvalError::new(format!("{number} is out of range")))
}

fn double(value: &Value<'_>) -> Result<f64, EvalError> {
    match value {
        Value::Double(number) => Ok(*number),
        other => Err(wrong("a double", other)),
    }
}

fn id(value: &Value<'_>, length: usize) -> Result<Vec<u8>, EvalError> {
    match value {
        Value::Bytes(id) if id.len() == length => Ok(id.to_vec()),
        _ => Err(EvalError::new(format!("expected an id of {length} bytes"))),
    }
}
