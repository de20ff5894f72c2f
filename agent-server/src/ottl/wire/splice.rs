//! Changing one field, and copying what is around it.

use campanile_wire::otlp::write;
use campanile_wire::protobuf::{Field, Fields, Value as Wire};

use super::super::error::EvalError;
use super::super::path::Key;
use super::super::value::{Value, bounded};
use super::read;

/// The most entries a map may be given: as many as a request may have for one span.
const MAX_ENTRIES: usize = 1_024;

/// The fields of `message`, each with its bytes, tag included.
fn raw(message: &[u8]) -> impl Iterator<Item = (Field<'_>, &[u8])> {
    let mut fields = Fields::new(message);
    std::iter::from_fn(move || {
        let before = fields.rest();
        let field = fields.next()?.ok()?;
        let length = before.len() - fields.rest().len();
        Some((field, before.get(..length)?))
    })
}

/// `message` with `field` (encoded, tag included) in place of the fields of these numbers.
pub(in super::super) fn replace(message: &[u8], numbers: &[u32], field: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + field.len());
    let mut written = false;
    for (found, raw) in raw(message) {
        if !numbers.contains(&found.number) {
            out.extend_from_slice(raw);
        } else if !written {
            out.extend_from_slice(field);
            written = true;
        }
    }
    if !written {
        out.extend_from_slice(field);
    }
    out
}

/// `message` with the key-value pairs of field `number` as `edit` writes them (or does not); `raw`
/// is a pair with its tag, for those that stay.
pub(in super::super) fn each_entry(
    message: &[u8],
    number: u32,
    mut edit: impl FnMut(Entry<'_>, &mut Vec<u8>),
) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + 64);
    for (field, raw) in raw(message) {
        match field.value {
            Wire::Bytes(entry) if field.number == number => {
                let (key, value) = read::key_value(entry);
                edit(Entry { key, value, raw }, &mut out);
            }
            _ => out.extend_from_slice(raw),
        }
    }
    out
}

/// One key-value pair.
#[derive(Clone, Copy)]
pub(in super::super) struct Entry<'a> {
    pub(in super::super) key: &'a str,
    /// The `AnyValue`.
    pub(in super::super) value: &'a [u8],
    /// The field, tag included.
    pub(in super::super) raw: &'a [u8],
}

/// `message` with a value in the map of field `number`, at the path `key`, `rest`. Maps on the way
/// are made where there are none.
pub(in super::super) fn set_in_map(
    message: &[u8],
    number: u32,
    key: &str,
    rest: &[Key],
    value: &Value<'_>,
) -> Result<Vec<u8>, EvalError> {
    let mut found = false;
    let mut failed = None;
    let mut entries = 0;
    let mut out = each_entry(message, number, |entry, out| {
        entries += 1;
        if found || entry.key != key {
            out.extend_from_slice(entry.raw);
            return;
        }
        found = true;
        match set_in_any(entry.value, rest, value) {
            Ok(any) => put_entry(out, number, key, &any),
            Err(error) => failed = Some(error),
        }
    });
    if let Some(error) = failed {
        return Err(error);
    }
    if !found {
        bound_entries(entries + 1)?;
        let any = set_in_any(&[], rest, value)?;
        put_entry(&mut out, number, key, &any);
    }
    Ok(out)
}

/// Refuses a map of more than [`MAX_ENTRIES`].
pub(in super::super) fn bound_entries(entries: usize) -> Result<(), EvalError> {
    if entries <= MAX_ENTRIES {
        return Ok(());
    }
    let message = format!("the map would have more than {MAX_ENTRIES} entries");
    Err(EvalError::new(message))
}

/// Appends a `KeyValue` with this `AnyValue`.
pub(in super::super) fn put_entry(out: &mut Vec<u8>, number: u32, key: &str, any: &[u8]) {
    write::nested(out, number, |entry| {
        write::text(entry, 1, key);
        write::nested(entry, 2, |out| out.extend_from_slice(any));
    });
}

/// The `AnyValue` with a value at a path below it.
pub(in super::super) fn set_in_any(
    any: &[u8],
    keys: &[Key],
    value: &Value<'_>,
) -> Result<Vec<u8>, EvalError> {
    let Some((key, rest)) = keys.split_first() else {
        let mut out = Vec::new();
        value.put_any(&mut out)?;
        return Ok(out);
    };
    let mut out = Vec::with_capacity(any.len() + 16);
    match (Value::read(any), key) {
        (Value::Map(map), Key::Text(key)) => {
            let changed = set_in_map(&map.message, map.number, key, rest, value)?;
            write::nested(&mut out, 6, |out| out.extend_from_slice(&changed));
        }
        (Value::Nil, Key::Text(key)) => {
            let changed = set_in_map(&[], 1, key, rest, value)?;
            write::nested(&mut out, 6, |out| out.extend_from_slice(&changed));
        }
        (Value::List(list), Key::Index(index)) => {
            let changed = set_in_list(&list, *index, rest, value)?;
            write::nested(&mut out, 5, |out| out.extend_from_slice(&changed));
        }
        (other, Key::Index(index)) => {
            let message = format!("cannot set [{index}] of {}", other.kind());
            return Err(EvalError::new(message));
        }
        (other, Key::Text(key)) => {
            let message = format!("cannot set [\"{key}\"] of {}", other.kind());
            return Err(EvalError::new(message));
        }
    }
    bounded(&out)?;
    Ok(out)
}

fn set_in_list(
    list: &[u8],
    index: usize,
    rest: &[Key],
    value: &Value<'_>,
) -> Result<Vec<u8>, EvalError> {
    let mut out = Vec::with_capacity(list.len() + 16);
    let mut length = 0;
    for item in read::items(list) {
        if length == index {
            let changed = set_in_any(item, rest, value)?;
            write::nested(&mut out, 1, |out| out.extend_from_slice(&changed));
        } else {
            write::nested(&mut out, 1, |out| out.extend_from_slice(item));
        }
        length += 1;
    }
    if index < length {
        return Ok(out);
    }
    let message = format!("cannot set [{index}] of a list of {length}");
    Err(EvalError::new(message))
}
