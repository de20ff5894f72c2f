//! Logs become events, references become links.

use std::borrow::Cow;

use campanile_wire::jaeger::{Log, RefType, Reference, Value};
use campanile_wire::otlp::write::{Scalar, attribute, bytes, fixed64, text, varint};

use super::value;

/// `Event.attributes`.
const ATTRIBUTES: u32 = 3;

/// Appends the fields of a `Span.Event`.
pub(super) fn put(out: &mut Vec<u8>, log: &Log<'_>) {
    fixed64(out, 1, value::nanos(log.timestamp).unwrap_or(0));
    let named = name(log);
    let mut dropped = 0;
    for (index, field) in log.fields.iter().enumerate() {
        match (field.key.as_ref(), &field.value) {
            _ if named.is_some_and(|(at, _)| at == index) => {}
            ("otel.dropped_attributes_count", Value::Long(count))
                if u32::try_from(*count).is_ok() =>
            {
                dropped = count.cast_unsigned();
            }
            _ => value::put(out, ATTRIBUTES, field),
        }
    }
    text(out, 2, named.map_or("", |(_, name)| name));
    varint(out, 4, dropped);
    if value::nanos(log.timestamp).is_none() {
        let time = log.timestamp.to_string();
        let key = "jaeger.timestamp_unix_nano";
        attribute(out, ATTRIBUTES, key, Scalar::Text(&time));
    }
}

/// Which field is the name of the event: `otel.event.name`, which is written where an attribute is
/// called `event`, or else the first `event`.
fn name<'l>(log: &'l Log<'_>) -> Option<(usize, &'l str)> {
    let find = |key: &str| {
        let mut fields = log.fields.iter().enumerate();
        fields.find_map(|(index, field)| {
            let text = field.value.as_text()?;
            (field.key == key).then_some((index, text))
        })
    };
    find("otel.event.name").or_else(|| find("event"))
}

/// Appends the fields of a `Span.Link`.
pub(super) fn put_link(out: &mut Vec<u8>, reference: &Reference) {
    bytes(out, 1, &reference.trace_id);
    bytes(out, 2, &reference.span_id);
    let kind = match reference.kind {
        RefType::ChildOf => Cow::Borrowed("child_of"),
        RefType::FollowsFrom => Cow::Borrowed("follows_from"),
        RefType::Other(number) => Cow::Owned(number.to_string()),
    };
    attribute(out, 4, "opentracing.ref_type", Scalar::Text(&kind));
}
