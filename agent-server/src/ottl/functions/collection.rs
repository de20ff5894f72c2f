//! Converters of lists and maps.

use super::super::error::EvalError;
use super::super::program::{Arguments, expected};
use super::super::record::Record;
use super::super::value::Value;
use super::super::wire;
use super::{Converter, Parameter};

type Result<'a> = std::result::Result<Value<'a>, EvalError>;

pub(super) const TABLE: &[Converter] = &[
    Converter::of("Keys", &[Parameter::value("target")], keys),
    Converter::of("Len", &[Parameter::value("target")], len),
    Converter::of("ParseJSON", &[Parameter::value("target")], parse_json),
    Converter::of("Values", &[Parameter::value("target")], values),
];

fn keys<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    match arguments.value(0, record)? {
        Value::Map(map) => {
            let keys: Vec<Value<'_>> = map.iter().map(|(key, _)| Value::text(key)).collect();
            Value::list(&keys)
        }
        other => Err(expected("a map", &other)),
    }
}

fn values<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    match arguments.value(0, record)? {
        Value::Map(map) => {
            let values: Vec<Value<'_>> = map.iter().map(|(_, any)| Value::read(any)).collect();
            Value::list(&values)
        }
        other => Err(expected("a map", &other)),
    }
}

/// Bytes of a string, items of a list, entries of a map.
fn len<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    let length = match arguments.value(0, record)? {
        Value::Bytes(bytes) => bytes.len(),
        Value::List(list) => wire::items(&list).count(),
        Value::Map(map) => map.iter().count(),
        Value::Text(text) => text.len(),
        other => return Err(expected("a string, a list or a map", &other)),
    };
    Ok(Value::Int(i64::try_from(length).unwrap_or(i64::MAX)))
}

/// Numbers become doubles, as in the Collector.
fn parse_json<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    let text = arguments.string(0, record)?;
    let parsed: serde_json::Value = serde_json::from_str(&text)
        .map_err(|error| EvalError::new(format!("not JSON: {error}")))?;
    match parsed {
        serde_json::Value::Array(_) | serde_json::Value::Object(_) => from_json(&parsed),
        _ => Err(EvalError::new("the JSON is neither an object nor an array")),
    }
}

fn from_json<'a>(json: &serde_json::Value) -> Result<'a> {
    Ok(match json {
        serde_json::Value::Array(items) => {
            let items: std::result::Result<Vec<_>, _> = items.iter().map(from_json).collect();
            Value::list(&items?)?
        }
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Null => Value::Nil,
        serde_json::Value::Number(number) => Value::Double(number.as_f64().unwrap_or_default()),
        serde_json::Value::Object(entries) => {
            let entries: std::result::Result<Vec<_>, EvalError> = entries
                .iter()
                .map(|(key, value)| Ok((key.as_str(), from_json(value)?)))
                .collect();
            Value::map(entries?)?
        }
        serde_json::Value::String(text) => Value::owned(text.clone()),
    })
}
