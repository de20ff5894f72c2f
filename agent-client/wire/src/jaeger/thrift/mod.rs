//! Jaeger's Thrift structs (`jaeger.thrift`), read from their field tables.
//!
//! | struct | fields |
//! |---|---|
//! | `Tag` | 1 key, 2 vType, 3 vStr, 4 vDouble, 5 vBool, 6 vLong, 7 vBinary |
//! | `Log` | 1 timestamp (us), 2 fields |
//! | `SpanRef` | 1 refType, 2 traceIdLow, 3 traceIdHigh, 4 spanId |
//! | `Span` | 1 traceIdLow, 2 traceIdHigh, 3 spanId, 4 parentSpanId, 5 operationName, 6 references, 7 flags, 8 startTime (us), 9 duration (us), 10 tags, 11 logs |
//! | `Process` | 1 serviceName, 2 tags |
//! | `Batch` | 1 process, 2 spans, 3 seqNo, 4 stats |
//!
//! Fields that the protocol requires may be missing: they are then empty. `seqNo` and `stats` tell
//! about the sender's queue and not about a span, and are skipped.

mod span;
mod tag;

use super::error::Budget;
use super::{Limits, Process, ReadError, Span};
use crate::thrift::{Field, Kind, Reader};

/// Reads a `Batch` and shows each span to `visit`; gives the process, which may come last.
///
/// # Errors
///
/// The first thing found wrong, or a limit that is exceeded.
pub fn batch<'a>(
    reader: &mut Reader<'a>,
    limits: &Limits,
    mut visit: impl FnMut(&Span<'a>),
) -> Result<Process<'a>, ReadError> {
    let mut process = Process::default();
    let mut spans = 0;
    let mut open = reader.structure()?;
    while let Some(field) = reader.field(&mut open)? {
        match field.id {
            1 => {
                expect("Batch", field, Kind::Struct)?;
                process = span::process(reader, &mut Budget::new(limits))?;
            }
            2 => {
                let count = list("Batch", field, reader)?;
                spans += count;
                if spans > limits.max_spans {
                    return Err(ReadError::TooManySpans(limits.max_spans));
                }
                for _ in 0..count {
                    visit(&span::span(reader, &mut Budget::new(limits))?);
                }
            }
            _ => reader.skip(field.kind)?,
        }
    }
    Ok(process)
}

/// Reads the arguments of `emitBatch`: a struct whose field 1 is the batch.
///
/// # Errors
///
/// As [`batch`].
pub fn arguments<'a>(
    reader: &mut Reader<'a>,
    limits: &Limits,
    mut visit: impl FnMut(&Span<'a>),
) -> Result<Process<'a>, ReadError> {
    let mut process = Process::default();
    let mut open = reader.structure()?;
    while let Some(field) = reader.field(&mut open)? {
        match (field.id, field.kind) {
            (1, Kind::Struct) => process = batch(reader, limits, &mut visit)?,
            (1, _) => return Err(ReadError::Field(1, "emitBatch")),
            (_, kind) => reader.skip(kind)?,
        }
    }
    Ok(process)
}

/// Refuses a field that has another type than it should.
fn expect(owner: &'static str, field: Field, kind: Kind) -> Result<(), ReadError> {
    if field.kind == kind {
        Ok(())
    } else {
        Err(ReadError::Field(i64::from(field.id), owner))
    }
}

/// The number of structs in a list.
fn list(owner: &'static str, field: Field, reader: &mut Reader<'_>) -> Result<usize, ReadError> {
    expect(owner, field, Kind::List)?;
    let list = reader.list()?;
    if list.len > 0 && list.kind != Kind::Struct {
        return Err(ReadError::Field(i64::from(field.id), owner));
    }
    Ok(list.len)
}

/// Reads a list of structs, one by one.
fn children<'a, T>(
    owner: &'static str,
    field: Field,
    reader: &mut Reader<'a>,
    budget: &mut Budget,
    read: impl Fn(&mut Reader<'a>, &mut Budget) -> Result<T, ReadError>,
) -> Result<Vec<T>, ReadError> {
    let count = list(owner, field, reader)?;
    budget.take(0, count)?;
    (0..count).map(|_| read(reader, budget)).collect()
}
