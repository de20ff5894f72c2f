//! Converters from one kind of value to another.

use std::borrow::Cow;

use super::super::error::EvalError;
use super::super::program::{Arguments, expected};
use super::super::record::Record;
use super::super::value::Value;
use super::{Converter, Parameter};

type Result<'a> = std::result::Result<Value<'a>, EvalError>;

const ONE: &[Parameter] = &[Parameter::value("value")];

pub(super) const TABLE: &[Converter] = &[
    Converter::of("Bool", ONE, bool_of),
    Converter::of("Double", ONE, double),
    Converter::of("Hex", ONE, hex),
    Converter::of("Int", ONE, int),
    Converter::of("SpanID", &[Parameter::value("target")], span_id),
    Converter::of("String", ONE, string),
    Converter::of("TraceID", &[Parameter::value("target")], trace_id),
];

fn bool_of<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    Ok(match arguments.value(0, record)? {
        Value::Bool(value) => Value::Bool(value),
        Value::Double(number) => Value::Bool(number != 0.0),
        Value::Int(number) => Value::Bool(number != 0),
        Value::Text(text) => match &*text {
            "1" | "t" | "T" | "TRUE" | "true" | "True" => Value::Bool(true),
            "0" | "f" | "F" | "FALSE" | "false" | "False" => Value::Bool(false),
            _ => return Err(EvalError::new(format!("not a bool: {text:?}"))),
        },
        _ => Value::Nil,
    })
}

/// Nil where there is no number.
#[expect(
    clippy::cast_precision_loss,
    reason = "doubles hold whole numbers up to 2^53"
)]
fn double<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    Ok(match arguments.value(0, record)? {
        Value::Bool(value) => Value::Double(f64::from(u8::from(value))),
        Value::Double(number) => Value::Double(number),
        Value::Int(number) => Value::Double(number as f64),
        Value::Text(text) => text.parse().map_or(Value::Nil, Value::Double),
        _ => Value::Nil,
    })
}

/// Cuts off what is behind the point; nil where there is no number.
fn int<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    Ok(match arguments.value(0, record)? {
        Value::Bool(value) => Value::Int(i64::from(value)),
        Value::Double(number) => Value::Int(number as i64),
        Value::Duration(number) | Value::Int(number) => Value::Int(number),
        Value::Text(text) => text.parse().map_or(Value::Nil, Value::Int),
        _ => Value::Nil,
    })
}

fn string<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    Ok(match arguments.value(0, record)? {
        Value::Text(text) => Value::Text(text),
        other => match other.to_text() {
            Some(text) => Value::owned(text.into_owned()),
            None => Value::Nil,
        },
    })
}

fn hex<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    let digits = match arguments.value(0, record)? {
        Value::Bool(value) => const_hex::encode([u8::from(value)]),
        Value::Bytes(bytes) => const_hex::encode(bytes),
        Value::Double(number) => const_hex::encode(number.to_bits().to_be_bytes()),
        Value::Int(number) => const_hex::encode(number.to_be_bytes()),
        Value::Text(text) => const_hex::encode(text.as_bytes()),
        other => return Err(expected("a string, bytes or a number", &other)),
    };
    Ok(Value::owned(digits))
}

fn trace_id<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    id(arguments.value(0, record)?, 16)
}

fn span_id<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    id(arguments.value(0, record)?, 8)
}

/// An id from bytes or from hexadecimal digits.
fn id(value: Value<'_>, length: usize) -> Result<'_> {
    let bytes = match value {
        Value::Bytes(bytes) => bytes,
        Value::Text(text) => Cow::Owned(const_hex::decode(&*text).unwrap_or_default()),
        other => return Err(expected("bytes", &other)),
    };
    if bytes.len() == length {
        return Ok(Value::Bytes(bytes));
    }
    Err(EvalError::new(format!(
        "an id has {length} bytes, this is no such id"
    )))
}
