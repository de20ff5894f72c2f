//! Events and links.

use campanile_wire::jaeger::{Log, RefType, Reference, Tag, Value};
use campanile_wire::otlp::view::{Event, Link};

use super::value::{self, add_count, add_text, tag, text};

/// The key of a link's attribute that says how it refers.
const REF_TYPE: &str = "opentracing.ref_type";

/// An event as a log.
pub(super) fn log<'a>(event: &Event<'a>) -> Log<'a> {
    let attributes = event.attributes();
    let key = match attributes.find("event") {
        Some(_) => "otel.event.name",
        None => "event",
    };
    let mut fields = Vec::new();
    if key != "event" || !event.name.is_empty() {
        fields.push(text(key, event.name));
    }
    fields.extend(
        attributes
            .iter()
            .map(|(key, attribute)| tag(key, value::of(attribute))),
    );
    let dropped = event.dropped_attributes;
    add_count(&mut fields, "otel.dropped_attributes_count", dropped);
    Log {
        timestamp: i128::from(event.time_unix_nano),
        fields,
    }
}

/// A link as a reference, if its ids are valid.
pub(super) fn reference(link: &Link<'_>) -> Option<Reference> {
    let kind = link.attributes().find(REF_TYPE);
    let kind = match kind.and_then(|kind| kind.as_text()) {
        Some("child_of") => RefType::ChildOf,
        Some(other) => other.parse().map_or(RefType::FollowsFrom, RefType::of),
        None => RefType::FollowsFrom,
    };
    let reference = Reference {
        kind,
        trace_id: link.trace_id.try_into().ok()?,
        span_id: link.span_id.try_into().ok()?,
    };
    (reference.trace_id != [0; 16] && reference.span_id != [0; 8]).then_some(reference)
}

/// What the link says that a reference cannot, as a log at `time`; nothing if there is nothing.
pub(super) fn link_log<'a>(link: &Link<'a>, valid: bool, time: u64) -> Option<Log<'a>> {
    let mut fields = Vec::new();
    add_text(&mut fields, "otel.link.trace_state", link.trace_state);
    add_count(&mut fields, "otel.link.flags", u64::from(link.flags));
    let key = "otel.link.dropped_attributes_count";
    add_count(&mut fields, key, link.dropped_attributes);
    for (key, attribute) in link.attributes().iter().filter(|(key, _)| *key != REF_TYPE) {
        let key = format!("otel.link.attribute.{key}");
        fields.push(tag(key, value::of(attribute)));
    }
    if valid && fields.is_empty() {
        return None;
    }
    let hex = |id: &[u8]| Value::Text(const_hex::encode(id).into());
    let head: [Tag<'_>; 3] = [
        text("event", "link"),
        tag("otel.link.trace_id", hex(link.trace_id)),
        tag("otel.link.span_id", hex(link.span_id)),
    ];
    Some(Log {
        timestamp: i128::from(time),
        fields: head.into_iter().chain(fields).collect(),
    })
}
