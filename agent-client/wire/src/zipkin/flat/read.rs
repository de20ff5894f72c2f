//! Text to OTLP.

use super::attributes;
use crate::otlp::write;

/// Positions at which an object is looked for. A text has as many as somebody likes.
const MAX_TRIES: usize = 8;

/// What stands behind the name of an event, or the tracestate of a link.
#[derive(Debug)]
pub(super) struct Tail<'t> {
    /// What stands before it.
    head: &'t str,
    /// `KeyValue`s without their tags, each with its length.
    attributes: attributes::Encoded,
    dropped: u32,
    flags: u32,
}

/// Reads `HEAD|ATTRIBUTES|DROPPED` or `HEAD|ATTRIBUTES|DROPPED|FLAGS`.
pub(super) fn tail(text: &str) -> Option<Tail<'_>> {
    let (rest, last) = number(text)?;
    let (rest, dropped, flags) = match number(rest) {
        Some((rest, dropped)) => (rest, dropped, last),
        None => (rest, last, 0),
    };
    if !rest.ends_with('}') {
        return None;
    }
    let places = rest.rmatch_indices("|{").take(MAX_TRIES);
    for (place, _) in places {
        let (head, object) = rest.split_at(place);
        if let Some(attributes) = attributes::from_json(&object[1..]) {
            return Some(Tail {
                head,
                attributes,
                dropped,
                flags,
            });
        }
    }
    None
}

/// The number behind the last `|`, as we write it, and what stands before.
fn number(text: &str) -> Option<(&str, u32)> {
    let (rest, digits) = text.rsplit_once('|')?;
    let plain = digits == "0" || digits.starts_with(|first: char| ('1'..='9').contains(&first));
    let number = digits.parse().ok().filter(|_| plain)?;
    Some((rest, number))
}

/// Appends the fields of a `Span.Event` for the text of an annotation, but for its time.
pub fn read_event(text: &str, out: &mut Vec<u8>) {
    // A flags field belongs to links.
    match tail(text).filter(|tail| tail.flags == 0) {
        Some(tail) => {
            write::text(out, 2, tail.head);
            tail.attributes.put(out, 3);
            write::varint(out, 4, tail.dropped.into());
        }
        None => write::text(out, 2, text),
    }
}

/// Appends the fields of a `Span.Link` for the text of a tag. Says whether it was a link; if not,
/// nothing has been appended.
#[must_use]
pub fn read_link(text: &str, out: &mut Vec<u8>) -> bool {
    let Some(tail) = tail(text) else {
        return false;
    };
    let mut parts = tail.head.splitn(3, '|');
    let (trace_id, span_id) = (id::<16>(parts.next()), id::<8>(parts.next()));
    let (Some(trace_id), Some(span_id), Some(state)) = (trace_id, span_id, parts.next()) else {
        return false;
    };
    write::bytes(out, 1, &trace_id);
    write::bytes(out, 2, &span_id);
    write::text(out, 3, state);
    tail.attributes.put(out, 4);
    write::varint(out, 5, tail.dropped.into());
    write::fixed32(out, 6, tail.flags);
    true
}

fn id<const N: usize>(text: Option<&str>) -> Option<[u8; N]> {
    let text = text.filter(|text| text.len() == 2 * N)?;
    crate::zipkin::id::from_hex(text)
}
