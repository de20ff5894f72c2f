//! Tags.

use crate::jaeger::error::Budget;
use crate::jaeger::{ReadError, Tag, Value};
use crate::thrift::{Kind, Reader};

/// The value fields of a tag as they came. Some clients write all of them.
#[derive(Debug, Default)]
struct Values<'a> {
    text: Option<&'a [u8]>,
    double: Option<f64>,
    bool: Option<bool>,
    long: Option<i64>,
    binary: Option<&'a [u8]>,
}

pub(super) fn tag<'a>(reader: &mut Reader<'a>, _: &mut Budget) -> Result<Tag<'a>, ReadError> {
    let mut key: &[u8] = &[];
    let mut kind = 0;
    let mut values = Values::default();
    let mut open = reader.structure()?;
    while let Some(field) = reader.field(&mut open)? {
        match (field.id, field.kind) {
            (1, Kind::Binary) => key = reader.bytes()?,
            (2, Kind::I32) => kind = reader.i32()?,
            (3, Kind::Binary) => values.text = Some(reader.bytes()?),
            (4, Kind::Double) => values.double = Some(reader.double()?),
            (5, Kind::Bool) => values.bool = Some(reader.bool()?),
            (6, Kind::I64) => values.long = Some(reader.i64()?),
            (7, Kind::Binary) => values.binary = Some(reader.bytes()?),
            (1..=7, _) => return Err(ReadError::Field(i64::from(field.id), "Tag")),
            (_, kind) => reader.skip(kind)?,
        }
    }
    Ok(Tag {
        key: String::from_utf8_lossy(key),
        value: values.choose(kind),
    })
}

impl<'a> Values<'a> {
    /// The value that `vType` names. Where it is missing, or the type is none, the first one that
    /// is there; without any, nothing of the type.
    fn choose(&self, kind: i32) -> Value<'a> {
        self.of(kind)
            .or_else(|| (0..=4).find_map(|kind| self.of(kind)))
            .unwrap_or_else(|| nothing(kind))
    }

    fn of(&self, kind: i32) -> Option<Value<'a>> {
        match kind {
            0 => self.text.map(Value::text_or_bytes),
            1 => self.double.map(Value::Double),
            2 => self.bool.map(Value::Bool),
            3 => self.long.map(Value::Long),
            4 => self.binary.map(Value::Binary),
            _ => None,
        }
    }
}

fn nothing<'a>(kind: i32) -> Value<'a> {
    match kind {
        1 => Value::Double(0.0),
        2 => Value::Bool(false),
        3 => Value::Long(0),
        4 => Value::Binary(&[]),
        _ => Value::Text("".into()),
    }
}
