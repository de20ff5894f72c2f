//! Converters that say yes or no.

use super::super::compare::equal;
use super::super::context::Context;
use super::super::error::EvalError;
use super::super::program::{Arguments, expected};
use super::super::record::Record;
use super::super::value::Value;
use super::super::wire;
use super::{Converter, Kind, Parameter};

type Result<'a> = std::result::Result<Value<'a>, EvalError>;

const ONE: &[Parameter] = &[Parameter::value("value")];

pub(super) const TABLE: &[Converter] = &[
    Converter::of(
        "ContainsValue",
        &[Parameter::value("target"), Parameter::value("item")],
        contains_value,
    ),
    Converter::of(
        "HasAttrKeyOnDatapoint",
        &[Parameter::of("key", Kind::Text)],
        has_key_on_datapoint,
    )
    .only(&[Context::Metric]),
    Converter::of(
        "HasAttrOnDatapoint",
        &[
            Parameter::of("key", Kind::Text),
            Parameter::of("expectedVal", Kind::Text),
        ],
        has_value_on_datapoint,
    )
    .only(&[Context::Metric]),
    Converter::of(
        "HasPrefix",
        &[Parameter::value("target"), Parameter::value("prefix")],
        has_prefix,
    ),
    Converter::of(
        "HasSuffix",
        &[Parameter::value("target"), Parameter::value("suffix")],
        has_suffix,
    ),
    Converter::of("IsBool", ONE, is_bool),
    Converter::of("IsDouble", ONE, is_double),
    Converter::of("IsInt", ONE, is_int),
    Converter::of("IsList", ONE, is_list),
    Converter::of("IsMap", ONE, is_map),
    Converter::of(
        "IsMatch",
        &[
            Parameter::value("target"),
            Parameter::of("pattern", Kind::Pattern),
        ],
        is_match,
    ),
    Converter::of("IsRootSpan", &[], is_root_span).only(&[Context::Span, Context::SpanEvent]),
    Converter::of("IsString", ONE, is_string),
];

fn contains_value<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    let item = arguments.value(1, record)?;
    match arguments.value(0, record)? {
        Value::List(list) => {
            let found = wire::items(&list).any(|any| equal(&Value::read(any), &item));
            Ok(Value::Bool(found))
        }
        other => Err(expected("a list", &other)),
    }
}

fn has_key_on_datapoint<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    let key = arguments.text(0);
    let mut points = record.points();
    Ok(Value::Bool(
        points.any(|point| point.point_attribute(key).is_some()),
    ))
}

fn has_value_on_datapoint<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    let (key, value) = (arguments.text(0), arguments.text(1));
    let mut points = record.points();
    let found = points.any(
        |point| matches!(point.point_attribute(key), Some(Value::Text(text)) if text == value),
    );
    Ok(Value::Bool(found))
}

fn has_prefix<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    let (target, prefix) = (arguments.string(0, record)?, arguments.string(1, record)?);
    Ok(Value::Bool(target.starts_with(&*prefix)))
}

fn has_suffix<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    let (target, suffix) = (arguments.string(0, record)?, arguments.string(1, record)?);
    Ok(Value::Bool(target.ends_with(&*suffix)))
}

/// Numbers, bools, maps and lists are matched as text; nil matches nothing.
fn is_match<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    let target = arguments.value(0, record)?;
    let pattern = arguments.pattern(1)?;
    let matches = target.to_text().is_some_and(|text| pattern.is_match(&text));
    Ok(Value::Bool(matches))
}

fn is_root_span<'a>(_: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    Ok(Value::Bool(record.is_root()))
}

fn is_bool<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    Ok(Value::Bool(matches!(
        arguments.value(0, record)?,
        Value::Bool(_)
    )))
}

fn is_double<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    Ok(Value::Bool(matches!(
        arguments.value(0, record)?,
        Value::Double(_)
    )))
}

fn is_int<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    Ok(Value::Bool(matches!(
        arguments.value(0, record)?,
        Value::Int(_)
    )))
}

fn is_list<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    Ok(Value::Bool(matches!(
        arguments.value(0, record)?,
        Value::List(_)
    )))
}

fn is_map<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    Ok(Value::Bool(matches!(
        arguments.value(0, record)?,
        Value::Map(_)
    )))
}

fn is_string<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    Ok(Value::Bool(matches!(
        arguments.value(0, record)?,
        Value::Text(_)
    )))
}
