//! OTLP.

use campanile_wire::otlp::write::{Scalar, attribute, bytes, fixed64, nested, text, varint};

use crate::load::spans::{Attribute, Event, RESOURCE, SCOPE, Span, Value};
use crate::load::template::{Placeholder, has_parent};

/// `SPAN_KIND_SERVER`.
const SERVER: u64 = 2;

/// An `ExportTraceServiceRequest` with one resource and one scope.
pub(super) fn request(spans: impl Iterator<Item = (u32, Span)>) -> Vec<u8> {
    let mut out = Vec::new();
    nested(&mut out, 1, |out| {
        nested(out, 1, |out| {
            for (key, value) in RESOURCE {
                attribute(out, 1, key, Scalar::Text(value));
            }
        });
        nested(out, 2, |out| {
            nested(out, 1, |out| {
                text(out, 1, SCOPE.0);
                text(out, 2, SCOPE.1);
            });
            for (index, span) in spans {
                nested(out, 2, |out| write(out, index, &span));
            }
        });
    });
    out
}

fn write(out: &mut Vec<u8>, index: u32, span: &Span) {
    bytes(out, 1, &Placeholder::Trace.wide(index));
    bytes(out, 2, &Placeholder::Span.narrow(index));
    if has_parent(index.into()) {
        bytes(out, 4, &Placeholder::Parent.narrow(index));
    }
    text(out, 5, span.name);
    varint(out, 6, SERVER);
    fixed64(out, 7, span.start);
    fixed64(out, 8, span.end);
    attributes(out, 9, &span.attributes);
    if let Some(event) = &span.event {
        nested(out, 11, |out| write_event(out, event));
    }
}

fn write_event(out: &mut Vec<u8>, event: &Event) {
    fixed64(out, 1, event.time);
    text(out, 2, event.name);
    attributes(out, 3, &event.attributes);
}

fn attributes(out: &mut Vec<u8>, number: u32, attributes: &[Attribute]) {
    for (key, value) in attributes {
        let value = match value {
            Value::Double(value) => Scalar::Double(*value),
            Value::Int(value) => Scalar::Int(*value),
            Value::Text(value) => Scalar::Text(value),
        };
        attribute(out, number, key, value);
    }
}
