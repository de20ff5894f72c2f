//! Spans and who recorded them.

use super::tag::tag;
use super::{children, expect};
use crate::jaeger::error::Budget;
use crate::jaeger::{Log, Process, ReadError, RefType, Reference, Span};
use crate::thrift::{Field, Kind, Reader};

const NANOS: i128 = 1_000;

pub(super) fn process<'a>(
    reader: &mut Reader<'a>,
    budget: &mut Budget,
) -> Result<Process<'a>, ReadError> {
    let mut process = Process::default();
    let mut open = reader.structure()?;
    while let Some(field) = reader.field(&mut open)? {
        match field.id {
            1 => {
                expect("Process", field, Kind::Binary)?;
                process.service_name = String::from_utf8_lossy(reader.bytes()?);
            }
            2 => process.tags = children("Process", field, reader, budget, tag)?,
            _ => reader.skip(field.kind)?,
        }
    }
    Ok(process)
}

pub(super) fn span<'a>(
    reader: &mut Reader<'a>,
    budget: &mut Budget,
) -> Result<Span<'a>, ReadError> {
    let mut span = Span::default();
    let (mut low, mut high) = (0, 0);
    let mut open = reader.structure()?;
    while let Some(field) = reader.field(&mut open)? {
        match field.id {
            1 => low = long(field, reader)?,
            2 => high = long(field, reader)?,
            3 => span.span_id = long(field, reader)?.to_be_bytes(),
            4 => {
                let id = long(field, reader)?;
                span.parent_span_id = (id != 0).then_some(id.to_be_bytes());
            }
            5 => {
                expect("Span", field, Kind::Binary)?;
                span.operation_name = String::from_utf8_lossy(reader.bytes()?);
            }
            6 => span.references = children("Span", field, reader, budget, reference)?,
            7 => {
                expect("Span", field, Kind::I32)?;
                span.flags = reader.i32()?.cast_unsigned();
            }
            8 => span.start = i128::from(long(field, reader)?) * NANOS,
            9 => span.duration = i128::from(long(field, reader)?) * NANOS,
            10 => span.tags = children("Span", field, reader, budget, tag)?,
            11 => span.logs = children("Span", field, reader, budget, log)?,
            _ => reader.skip(field.kind)?,
        }
    }
    span.trace_id = trace_id(high, low);
    Ok(span)
}

fn log<'a>(reader: &mut Reader<'a>, budget: &mut Budget) -> Result<Log<'a>, ReadError> {
    let mut log = Log::default();
    let mut open = reader.structure()?;
    while let Some(field) = reader.field(&mut open)? {
        match field.id {
            1 => log.timestamp = i128::from(long(field, reader)?) * NANOS,
            2 => log.fields = children("Log", field, reader, budget, tag)?,
            _ => reader.skip(field.kind)?,
        }
    }
    Ok(log)
}

fn reference(reader: &mut Reader<'_>, _: &mut Budget) -> Result<Reference, ReadError> {
    let mut reference = Reference::default();
    let (mut low, mut high) = (0, 0);
    let mut open = reader.structure()?;
    while let Some(field) = reader.field(&mut open)? {
        match field.id {
            1 => {
                expect("SpanRef", field, Kind::I32)?;
                reference.kind = RefType::of(reader.i32()?);
            }
            2 => low = long(field, reader)?,
            3 => high = long(field, reader)?,
            4 => reference.span_id = long(field, reader)?.to_be_bytes(),
            _ => reader.skip(field.kind)?,
        }
    }
    reference.trace_id = trace_id(high, low);
    Ok(reference)
}

/// Ids are signed: the same bits, big-endian.
fn trace_id(high: i64, low: i64) -> [u8; 16] {
    let high = u128::from(high.cast_unsigned());
    (high << 64 | u128::from(low.cast_unsigned())).to_be_bytes()
}

fn long(field: Field, reader: &mut Reader<'_>) -> Result<i64, ReadError> {
    expect("Span", field, Kind::I64)?;
    Ok(reader.i64()?)
}
