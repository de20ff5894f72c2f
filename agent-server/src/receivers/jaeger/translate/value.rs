//! Tags as attributes.

use std::borrow::Cow;

use campanile_wire::jaeger::{Tag, Value};
use campanile_wire::otlp::write::{Scalar, attribute, nested, scalar, text};

/// Appends a tag as field `number`.
pub(super) fn put(out: &mut Vec<u8>, number: u32, tag: &Tag<'_>) {
    attribute(out, number, &tag.key, of(&tag.value));
}

/// A value as OTLP has it.
pub(super) fn of<'v>(value: &'v Value<'_>) -> Scalar<'v> {
    match value {
        Value::Binary(bytes) => Scalar::Bytes(bytes),
        Value::Bool(truth) => Scalar::Bool(*truth),
        Value::Double(number) => Scalar::Double(*number),
        Value::Long(number) => Scalar::Int(*number),
        Value::Text(text) => Scalar::Text(text),
    }
}

/// Appends a list of texts as an attribute in field `number`.
pub(super) fn put_list(out: &mut Vec<u8>, number: u32, key: &str, list: &[Cow<'_, str>]) {
    nested(out, number, |out| {
        text(out, 1, key);
        nested(out, 2, |out| {
            nested(out, 5, |out| {
                for item in list {
                    nested(out, 1, |out| scalar(out, Scalar::Text(item)));
                }
            });
        });
    });
}

/// Nanoseconds as OTLP has them, if they fit: 0 to the year 2554.
pub(super) fn nanos(time: i128) -> Option<u64> {
    u64::try_from(time).ok()
}
