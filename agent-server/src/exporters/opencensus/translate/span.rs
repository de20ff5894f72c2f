//! One span.

use campanile_wire::otlp::view::{AnyValue, Span};
use campanile_wire::otlp::write::{bytes, nested, varint};

use super::attributes::Attributes;
use super::field::{count, put_int32, put_present, put_text, put_time};
use super::link::{keep_flags, put_trace_state};
use super::request::Scope;
use super::{event, link, status};

const DROPPED_MESSAGES: &str = "opencensus.dropped_message_events_count";

/// Appends the fields of a `Span`.
pub(super) fn put(out: &mut Vec<u8>, span: &Span<'_>, scope: &Scope<'_>, writes_own_codes: bool) {
    let mut attributes = Attributes::new(span.attributes());
    for (key, value) in &scope.attributes {
        attributes.set(key, *value);
    }
    keep_flags(&mut attributes, span.flags.into());
    bytes(out, 1, span.trace_id);
    bytes(out, 2, span.span_id);
    bytes(out, 3, span.parent_span_id);
    let truncated = attributes.take_int("opencensus.name_truncated_byte_count");
    put_text(out, 4, span.name, truncated.unwrap_or(0));
    put_time(out, 5, span.start_unix_nano);
    put_time(out, 6, span.end_unix_nano);
    put_events(out, span, &mut attributes);
    put_links(out, span);
    status::put(out, 11, span, &mut attributes, writes_own_codes);
    put_wrappers(out, &mut attributes);
    put_kind(out, span.kind, &mut attributes);
    put_trace_state(out, 15, span.trace_state);
    attributes.put(out, 7, span.dropped_attributes);
}

/// Two counts of dropped events are one in OTLP; how many of them were message events is kept
/// beside it.
fn put_events(out: &mut Vec<u8>, span: &Span<'_>, attributes: &mut Attributes<'_>) {
    let messages = attributes
        .int(DROPPED_MESSAGES)
        .and_then(|count| u64::try_from(count).ok());
    let messages = messages.filter(|count| *count != 0 && *count <= span.dropped_events);
    if messages.is_some() {
        attributes.remove(DROPPED_MESSAGES);
    }
    let messages = messages.unwrap_or(0);
    let mut list = Vec::new();
    for event in span.events() {
        nested(&mut list, 1, |out| event::put(out, event));
    }
    if list.is_empty() && span.dropped_events == 0 {
        return;
    }
    nested(out, 9, |out| {
        out.extend_from_slice(&list);
        put_int32(out, 2, count(span.dropped_events - messages));
        put_int32(out, 3, count(messages));
    });
}

fn put_links(out: &mut Vec<u8>, span: &Span<'_>) {
    let mut list = Vec::new();
    for link in span.links() {
        nested(&mut list, 1, |out| link::put(out, link));
    }
    if list.is_empty() && span.dropped_links == 0 {
        return;
    }
    nested(out, 10, |out| {
        out.extend_from_slice(&list);
        put_int32(out, 2, count(span.dropped_links));
    });
}

/// Appends what was kept as attributes because OTLP has no fields for it.
fn put_wrappers(out: &mut Vec<u8>, attributes: &mut Attributes<'_>) {
    let same = "opencensus.same_process_as_parent_span";
    if let Some(AnyValue::Bool(truth)) = attributes.find(same) {
        attributes.remove(same);
        nested(out, 12, |out| put_present(out, 1, truth.into()));
    }
    if let Some(children) = attributes.take_int::<u32>("opencensus.child_span_count") {
        nested(out, 13, |out| put_present(out, 1, children.into()));
    }
}

fn put_kind(out: &mut Vec<u8>, kind: u64, attributes: &mut Attributes<'_>) {
    let name = match kind {
        1 => "internal",
        2 => return varint(out, 14, 1),
        3 => return varint(out, 14, 2),
        4 => "producer",
        5 => "consumer",
        _ => {
            // One that did not exist when this was written.
            let kept = attributes.int("opencensus.span_kind");
            if kept.is_some_and(|kind| !(0..=2).contains(&kind)) {
                let kind = attributes.take_int("opencensus.span_kind");
                put_int32(out, 14, kind.unwrap_or(0));
            }
            return;
        }
    };
    attributes.set("span.kind", AnyValue::Text(name));
}
