//! Writing.

use crate::jaeger::{Log, Process, Reference, Span, Tag, Value};
use crate::otlp::write::{bytes, fixed64, nested, text, varint};

/// Appends the fields of a `Span`. A parent that stands beside the references becomes the first of
/// them.
pub fn put_span(out: &mut Vec<u8>, span: &Span<'_>) {
    bytes(out, 1, &span.trace_id);
    bytes(out, 2, &span.span_id);
    text(out, 3, &span.operation_name);
    if let Some(span_id) = span.parent_span_id {
        let parent = Reference {
            trace_id: span.trace_id,
            span_id,
            ..Reference::default()
        };
        nested(out, 4, |out| put_reference(out, parent));
    }
    for reference in &span.references {
        nested(out, 4, |out| put_reference(out, *reference));
    }
    varint(out, 5, u64::from(span.flags));
    nested(out, 6, |out| put_time(out, span.start));
    nested(out, 7, |out| put_time(out, span.duration));
    put_tags(out, 8, &span.tags);
    for log in &span.logs {
        nested(out, 9, |out| put_log(out, log));
    }
    if let Some(process) = &span.process {
        nested(out, 10, |out| put_process(out, process));
    }
    text(out, 11, &span.process_id);
    for warning in &span.warnings {
        nested(out, 12, |out| out.extend_from_slice(warning.as_bytes()));
    }
}

/// Appends the fields of a `Process`.
pub fn put_process(out: &mut Vec<u8>, process: &Process<'_>) {
    text(out, 1, &process.service_name);
    put_tags(out, 2, &process.tags);
}

fn put_reference(out: &mut Vec<u8>, reference: Reference) {
    bytes(out, 1, &reference.trace_id);
    bytes(out, 2, &reference.span_id);
    varint(out, 3, signed(reference.kind.number()));
}

fn put_log(out: &mut Vec<u8>, log: &Log<'_>) {
    nested(out, 1, |out| put_time(out, log.timestamp));
    put_tags(out, 2, &log.fields);
}

fn put_tags(out: &mut Vec<u8>, number: u32, tags: &[Tag<'_>]) {
    for tag in tags {
        nested(out, number, |out| put_tag(out, tag));
    }
}

fn put_tag(out: &mut Vec<u8>, tag: &Tag<'_>) {
    text(out, 1, &tag.key);
    match &tag.value {
        Value::Text(value) => text(out, 3, value),
        Value::Bool(value) => {
            varint(out, 2, 1);
            varint(out, 4, u64::from(*value));
        }
        Value::Long(value) => {
            varint(out, 2, 2);
            varint(out, 5, value.cast_unsigned());
        }
        Value::Double(value) => {
            varint(out, 2, 3);
            fixed64(out, 6, value.to_bits());
        }
        Value::Binary(value) => {
            varint(out, 2, 4);
            bytes(out, 7, value);
        }
    }
}

/// Appends the fields of a `Timestamp` or `Duration`; what 64 bits of seconds cannot hold is cut.
fn put_time(out: &mut Vec<u8>, nanos: i128) {
    let (seconds, rest) = (
        nanos.div_euclid(1_000_000_000),
        nanos.rem_euclid(1_000_000_000),
    );
    let seconds = i64::try_from(seconds).unwrap_or(if seconds < 0 { i64::MIN } else { i64::MAX });
    varint(out, 1, seconds.cast_unsigned());
    varint(out, 2, rest as u64);
}

/// Negative numbers take ten bytes, as protobuf has it.
fn signed(value: i32) -> u64 {
    i64::from(value).cast_unsigned()
}
