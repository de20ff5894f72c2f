//! Annotations and message events: both are events of an OTLP span.

use campanile_wire::opencensus::trace::v1::span::TimeEvent;
use campanile_wire::opencensus::trace::v1::span::time_event::{Annotation, MessageEvent, Value};
use campanile_wire::otlp::write::{Scalar, attribute, fixed64, text, varint};

use super::{attributes, time};

/// `Span.Event.attributes`.
const ATTRIBUTES: u32 = 3;

/// What the Collector calls an event that is neither.
const UNKNOWN_EVENT: &str = "An unknown OpenCensus TimeEvent type was detected when translating";

/// Appends the fields of a `Span.Event`.
pub(super) fn put(out: &mut Vec<u8>, event: &TimeEvent) {
    fixed64(out, 1, time::nanos(event.time.as_ref()).unwrap_or(0));
    match &event.value {
        Some(Value::Annotation(annotation)) => put_annotation(out, annotation),
        Some(Value::MessageEvent(message)) => put_message(out, *message),
        None => text(out, 2, UNKNOWN_EVENT),
    }
}

fn put_annotation(out: &mut Vec<u8>, annotation: &Annotation) {
    if let Some(description) = &annotation.description {
        text(out, 2, &description.value);
        let key = || "opencensus.description_truncated_byte_count".to_owned();
        attributes::put_truncated(out, ATTRIBUTES, key, description);
    }
    if let Some(list) = &annotation.attributes {
        attributes::put(out, ATTRIBUTES, list, &[]);
        varint(out, 4, attributes::dropped(list.dropped_attributes_count));
    }
}

/// A message event has exactly these four attributes, zero or not: that is how it is known again
/// on the way back.
fn put_message(out: &mut Vec<u8>, message: MessageEvent) {
    text(out, 2, "message");
    let number = message.r#type.to_string();
    let kind = match message.r#type {
        0 => "TYPE_UNSPECIFIED",
        1 => "SENT",
        2 => "RECEIVED",
        _ => &number,
    };
    attribute(out, ATTRIBUTES, "message.type", Scalar::Text(kind));
    let sizes = [
        ("messaging.message_id", message.id),
        (
            "messaging.message_payload_size_bytes",
            message.uncompressed_size,
        ),
        (
            "messaging.message_payload_compressed_size_bytes",
            message.compressed_size,
        ),
    ];
    for (key, value) in sizes {
        attribute(out, ATTRIBUTES, key, Scalar::Int(value.cast_signed()));
    }
}
