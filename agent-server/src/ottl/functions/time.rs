//! Converters of times and durations.

use std::time::{SystemTime, UNIX_EPOCH};

use super::super::error::EvalError;
use super::super::program::{Arguments, expected};
use super::super::record::Record;
use super::super::value::Value;
use super::{Converter, Parameter};

type Result<'a> = std::result::Result<Value<'a>, EvalError>;

const SPAN: &[Parameter] = &[Parameter::value("duration")];
const TIME: &[Parameter] = &[Parameter::value("time")];

pub(super) const TABLE: &[Converter] = &[
    Converter::of("Duration", SPAN, duration),
    Converter::of("Hours", SPAN, hours),
    Converter::of("Microseconds", SPAN, microseconds),
    Converter::of("Milliseconds", SPAN, milliseconds),
    Converter::of("Minutes", SPAN, minutes),
    Converter::of("Nanoseconds", SPAN, nanoseconds),
    Converter::of("Now", &[], now),
    Converter::of("Seconds", SPAN, seconds),
    Converter::of("UnixMicro", TIME, unix_micro),
    Converter::of("UnixMilli", TIME, unix_milli),
    Converter::of("UnixNano", TIME, unix_nano),
    Converter::of("UnixSeconds", TIME, unix_seconds),
];

const MICRO: i64 = 1_000;
const MILLI: i64 = 1_000_000;
const SECOND: i64 = 1_000_000_000;

/// `1h30m`, `1.5s`, `250ms`, `-3us`.
fn duration<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    let text = arguments.string(0, record)?;
    let read = parse(&text);
    let read = read.ok_or_else(|| EvalError::new(format!("not a duration: {text:?}")))?;
    Ok(Value::Duration(read))
}

fn parse(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, unit) = rest.split_at_checked(digits)?;
        let end = unit.find(|c: char| c.is_ascii_digit() || c == '.');
        let (unit, next) = unit.split_at_checked(end.unwrap_or(unit.len()))?;
        let factor: f64 = match unit {
            "h" => 3.6e12,
            "m" => 6e10,
            "s" => 1e9,
            "ms" => 1e6,
            "us" | "\u{b5}s" | "\u{3bc}s" => 1e3,
            "ns" => 1.0,
            _ => return None,
        };
        total += number.parse::<f64>().ok()? * factor;
        rest = next;
    }
    let whole = total > 0.0 || text.contains('0');
    // Beyond this a double is no nanosecond any more, and i64 is near.
    (whole && total < 9.2e18).then_some((sign * total) as i64)
}

fn now<'a>(_: &'a Arguments, _: &Record<'a>) -> Result<'a> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let nanos = since.map(|since| since.as_nanos()).unwrap_or_default();
    Ok(Value::Time(i64::try_from(nanos).unwrap_or(i64::MAX)))
}

fn span(arguments: &Arguments, record: &Record<'_>) -> std::result::Result<i64, EvalError> {
    match arguments.value(0, record)? {
        Value::Duration(nanos) => Ok(nanos),
        other => Err(expected("a duration", &other)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a double is what is asked for")]
fn fraction<'a>(nanos: i64, unit: i64) -> Value<'a> {
    Value::Double(nanos as f64 / unit as f64)
}

fn hours<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    Ok(fraction(span(arguments, record)?, 3_600 * SECOND))
}

fn minutes<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    Ok(fraction(span(arguments, record)?, 60 * SECOND))
}

fn seconds<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    Ok(fraction(span(arguments, record)?, SECOND))
}

fn milliseconds<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    Ok(Value::Int(span(arguments, record)? / MILLI))
}

fn microseconds<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    Ok(Value::Int(span(arguments, record)? / MICRO))
}

fn nanoseconds<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    Ok(Value::Int(span(arguments, record)?))
}

fn unix<'a>(arguments: &'a Arguments, record: &Record<'a>, unit: i64) -> Result<'a> {
    match arguments.value(0, record)? {
        Value::Time(nanos) => Ok(Value::Int(nanos.div_euclid(unit))),
        other => Err(expected("a time", &other)),
    }
}

fn unix_nano<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    unix(arguments, record, 1)
}

fn unix_micro<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    unix(arguments, record, MICRO)
}

fn unix_milli<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    unix(arguments, record, MILLI)
}

fn unix_seconds<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    unix(arguments, record, SECOND)
}
