//! Reading.

use std::borrow::Cow;

use crate::jaeger::error::Budget;
use crate::jaeger::{Limits, Log, Process, ReadError, RefType, Reference, Span, Tag, Value};
use crate::protobuf::{Field, Fields, Value as Wire};

/// Reads a `PostSpansRequest` and shows each span to `visit`; gives the batch's process, which may
/// come last.
///
/// # Errors
///
/// The first thing found wrong, or a limit that is exceeded.
pub fn read<'a>(
    request: &'a [u8],
    limits: &Limits,
    mut visit: impl FnMut(&Span<'a>),
) -> Result<Process<'a>, ReadError> {
    let mut process = Process::default();
    let mut spans = 0;
    for field in Fields::new(request) {
        let field = field?;
        if field.number != 1 {
            continue;
        }
        for field in Fields::new(bytes("PostSpansRequest", field)?) {
            let field = field?;
            match field.number {
                1 if spans == limits.max_spans => {
                    return Err(ReadError::TooManySpans(limits.max_spans));
                }
                1 => {
                    spans += 1;
                    visit(&span(bytes("Batch", field)?, &mut Budget::new(limits))?);
                }
                2 => process = self::process(bytes("Batch", field)?, &mut Budget::new(limits))?,
                _ => {}
            }
        }
    }
    Ok(process)
}

fn span<'a>(message: &'a [u8], budget: &mut Budget) -> Result<Span<'a>, ReadError> {
    let mut span = Span::default();
    for field in Fields::new(message) {
        let field = field?;
        let of = |field| bytes("Span", field);
        match field.number {
            1 => span.trace_id = trace_id(of(field)?),
            2 => span.span_id = span_id(of(field)?),
            3 => span.operation_name = text(of(field)?),
            4 => push(&mut span.references, reference(of(field)?)?, budget)?,
            5 => span.flags = varint("Span", field)? as u32,
            6 => span.start = time(of(field)?)?,
            7 => span.duration = time(of(field)?)?,
            8 => push(&mut span.tags, tag(of(field)?)?, budget)?,
            9 => push(&mut span.logs, log(of(field)?, budget)?, budget)?,
            10 => span.process = Some(process(of(field)?, budget)?),
            11 => span.process_id = text(of(field)?),
            12 => push(&mut span.warnings, text(of(field)?), budget)?,
            _ => {}
        }
    }
    Ok(span)
}

fn process<'a>(message: &'a [u8], budget: &mut Budget) -> Result<Process<'a>, ReadError> {
    let mut process = Process::default();
    for field in Fields::new(message) {
        let field = field?;
        match field.number {
            1 => process.service_name = text(bytes("Process", field)?),
            2 => push(&mut process.tags, tag(bytes("Process", field)?)?, budget)?,
            _ => {}
        }
    }
    Ok(process)
}

fn log<'a>(message: &'a [u8], budget: &mut Budget) -> Result<Log<'a>, ReadError> {
    let mut log = Log::default();
    for field in Fields::new(message) {
        let field = field?;
        match field.number {
            1 => log.timestamp = time(bytes("Log", field)?)?,
            2 => push(&mut log.fields, tag(bytes("Log", field)?)?, budget)?,
            _ => {}
        }
    }
    Ok(log)
}

fn reference(message: &[u8]) -> Result<Reference, ReadError> {
    let mut reference = Reference::default();
    for field in Fields::new(message) {
        let field = field?;
        match field.number {
            1 => reference.trace_id = trace_id(bytes("SpanRef", field)?),
            2 => reference.span_id = span_id(bytes("SpanRef", field)?),
            3 => reference.kind = RefType::of(varint("SpanRef", field)? as i32),
            _ => {}
        }
    }
    Ok(reference)
}

/// A tag: the value that its type names. What is absent is nothing of the type; of a type that does
/// not exist, the first value that is there counts.
fn tag(message: &[u8]) -> Result<Tag<'_>, ReadError> {
    let mut key = Cow::Borrowed("");
    let mut kind = 0;
    let mut first = None;
    let mut values = [const { None }; 5];
    for field in Fields::new(message) {
        let field = field?;
        let (index, value) = match field.number {
            1 => {
                key = text(bytes("KeyValue", field)?);
                continue;
            }
            2 => {
                kind = varint("KeyValue", field)?;
                continue;
            }
            3 => (0, Value::text_or_bytes(bytes("KeyValue", field)?)),
            4 => (1, Value::Bool(varint("KeyValue", field)? != 0)),
            5 => (2, Value::Long(varint("KeyValue", field)?.cast_signed())),
            6 => (3, Value::Double(double(field)?)),
            7 => (4, Value::Binary(bytes("KeyValue", field)?)),
            _ => continue,
        };
        first.get_or_insert_with(|| value.clone());
        values[index] = Some(value);
    }
    let chosen = match usize::try_from(kind)
        .ok()
        .and_then(|kind| values.get_mut(kind))
    {
        Some(value) => value.take(),
        None => first,
    };
    let value = chosen.unwrap_or(match kind {
        1 => Value::Bool(false),
        2 => Value::Long(0),
        3 => Value::Double(0.0),
        4 => Value::Binary(&[]),
        _ => Value::Text("".into()),
    });
    Ok(Tag { key, value })
}

/// A `Timestamp` or `Duration` in nanoseconds.
fn time(message: &[u8]) -> Result<i128, ReadError> {
    let (mut seconds, mut nanos) = (0, 0);
    for field in Fields::new(message) {
        let field = field?;
        match field.number {
            1 => seconds = varint("Timestamp", field)?.cast_signed(),
            2 => nanos = varint("Timestamp", field)? as i32,
            _ => {}
        }
    }
    Ok(i128::from(seconds) * 1_000_000_000 + i128::from(nanos))
}

fn push<T>(list: &mut Vec<T>, item: T, budget: &mut Budget) -> Result<(), ReadError> {
    budget.take(list.len(), 1)?;
    list.push(item);
    Ok(())
}

/// 16 bytes, or 8 as the lower half; all else is no id.
fn trace_id(bytes: &[u8]) -> [u8; 16] {
    let mut id = [0; 16];
    match bytes.len() {
        16 => id.copy_from_slice(bytes),
        8 => id[8..].copy_from_slice(bytes),
        _ => {}
    }
    id
}

fn span_id(bytes: &[u8]) -> [u8; 8] {
    bytes.try_into().unwrap_or_default()
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

fn bytes<'a>(owner: &'static str, field: Field<'a>) -> Result<&'a [u8], ReadError> {
    match field.value {
        Wire::Bytes(bytes) => Ok(bytes),
        _ => Err(ReadError::Field(i64::from(field.number), owner)),
    }
}

fn varint(owner: &'static str, field: Field<'_>) -> Result<u64, ReadError> {
    match field.value {
        Wire::Varint(value) => Ok(value),
        _ => Err(ReadError::Field(i64::from(field.number), owner)),
    }
}

fn double(field: Field<'_>) -> Result<f64, ReadError> {
    match field.value {
        Wire::Fixed64(bits) => Ok(f64::from_bits(bits)),
        _ => Err(ReadError::Field(i64::from(field.number), "KeyValue")),
    }
}
