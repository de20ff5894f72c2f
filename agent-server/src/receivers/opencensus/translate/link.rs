//! Links.

use campanile_wire::opencensus::trace::v1::span::{Link, Tracestate};
use campanile_wire::otlp::write::{Scalar, attribute, bytes, text, varint};

use super::attributes;
use super::span::put_flags;

/// Whether the link names a span: 16 and 8 bytes, neither all zero.
pub(super) fn is_valid(link: &Link) -> bool {
    is_id(&link.trace_id, 16) && is_id(&link.span_id, 8)
}

/// Whether `id` has `length` bytes that are not all zero.
pub(super) fn is_id(id: &[u8], length: usize) -> bool {
    id.len() == length && id.iter().any(|byte| *byte != 0)
}

/// Appends the fields of a `Span.Link`.
pub(super) fn put(out: &mut Vec<u8>, link: &Link) {
    bytes(out, 1, &link.trace_id);
    bytes(out, 2, &link.span_id);
    text(out, 3, &trace_state(link.tracestate.as_ref()));
    let number = link.r#type.to_string();
    let kind = match link.r#type {
        0 => None,
        1 => Some("CHILD_LINKED_SPAN"),
        2 => Some("PARENT_LINKED_SPAN"),
        _ => Some(number.as_str()),
    };
    if let Some(kind) = kind {
        attribute(out, 4, "opencensus.link_type", Scalar::Text(kind));
    }
    if let Some(list) = &link.attributes {
        let flags_key = put_flags(out, 6, list);
        attributes::put(out, 4, list, &[flags_key]);
        varint(out, 5, attributes::dropped(list.dropped_attributes_count));
    }
}

/// The entries as a W3C `tracestate` value, in their order.
pub(super) fn trace_state(state: Option<&Tracestate>) -> String {
    let entries = state.into_iter().flat_map(|state| &state.entries);
    let pairs = entries.map(|entry| format!("{}={}", entry.key, entry.value));
    pairs.collect::<Vec<_>>().join(",")
}
