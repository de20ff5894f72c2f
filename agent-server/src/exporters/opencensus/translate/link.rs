//! Links, and the trace state that they and spans have.

use campanile_wire::otlp::view::{AnyValue, Link};
use campanile_wire::otlp::write::{bytes, nested, text, varint};

use super::attributes::Attributes;
use super::field::number_in;

/// Appends the fields of a `Link`.
pub(super) fn put(out: &mut Vec<u8>, link: Link<'_>) {
    let mut attributes = Attributes::new(link.attributes());
    bytes(out, 1, link.trace_id);
    bytes(out, 2, link.span_id);
    let kind = attributes.find("opencensus.link_type");
    if let Some(kind) = kind.and_then(|kind| kind_of(kind.as_text()?)) {
        attributes.remove("opencensus.link_type");
        varint(out, 3, kind);
    }
    keep_flags(&mut attributes, number_in(link.bytes, 6));
    attributes.put(out, 4, number_in(link.bytes, 5));
    put_trace_state(out, 5, link.trace_state);
}

fn kind_of(text: &str) -> Option<u64> {
    match text {
        "CHILD_LINKED_SPAN" => Some(1),
        "PARENT_LINKED_SPAN" => Some(2),
        other => {
            let number = other.parse::<i32>().ok()?;
            let plain = !(0..=2).contains(&number) && number.to_string() == other;
            plain.then(|| i64::from(number).cast_unsigned())
        }
    }
}

/// Keeps flags, which the protocol has not, as an attribute.
pub(super) fn keep_flags(attributes: &mut Attributes<'_>, flags: u64) {
    if flags != 0 {
        let flags = i64::try_from(flags).unwrap_or(0);
        attributes.set("otel.flags", AnyValue::Int(flags));
    }
}

/// Appends a `Tracestate`, unless it is empty. A member without `=` is not valid and is left out.
pub(super) fn put_trace_state(out: &mut Vec<u8>, number: u32, state: &str) {
    if state.is_empty() {
        return;
    }
    nested(out, number, |out| {
        for (key, value) in state.split(',').filter_map(|member| member.split_once('=')) {
            nested(out, 1, |entry| {
                text(entry, 1, key);
                text(entry, 2, value);
            });
        }
    });
}
