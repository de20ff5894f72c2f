//! One log record as the fields of an OTLP `LogRecord`.

use campanile_wire::otlp::write::{
    Scalar, attribute, bytes, fixed32, fixed64, nested, text, varint,
};
use opentelemetry::logs::AnyValue;
use opentelemetry_sdk::logs::SdkLogRecord;

use super::nanos;
use super::value::{any_value, log_attribute};
use crate::limits;

/// Appends a log record's fields, with at most `max_attributes` attributes whose texts have at most
/// `max_chars` characters.
pub(crate) fn log_record(
    out: &mut Vec<u8>,
    record: &SdkLogRecord,
    max_attributes: usize,
    max_chars: Option<usize>,
) {
    fixed64(out, 1, record.timestamp().map(nanos).unwrap_or_default());
    if let Some(severity) = record.severity_number() {
        varint(out, 2, severity as u64);
    }
    text(out, 3, record.severity_text().unwrap_or_default());
    if let Some(body) = record.body() {
        nested(out, 5, |out| any_value(out, body));
    }
    let mut dropped = 0;
    for (index, (key, value)) in record.attributes_iter().enumerate() {
        if index >= max_attributes {
            dropped += 1;
            continue;
        }
        match (value, max_chars) {
            (AnyValue::String(text), Some(max)) => {
                let short = limits::head(text.as_str(), max);
                attribute(out, 6, key.as_str(), Scalar::Text(short));
            }
            _ => log_attribute(out, 6, key.as_str(), value),
        }
    }
    varint(out, 7, dropped);
    if let Some(context) = record.trace_context() {
        let flags = context.trace_flags.unwrap_or_default();
        fixed32(out, 8, flags.to_u8().into());
        bytes(out, 9, &context.trace_id.to_bytes());
        bytes(out, 10, &context.span_id.to_bytes());
    }
    let observed = record.observed_timestamp();
    fixed64(out, 11, observed.map(nanos).unwrap_or_default());
    text(out, 12, record.event_name().unwrap_or_default());
}
