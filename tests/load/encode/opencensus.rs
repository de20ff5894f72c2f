//! OpenCensus.

use campanile_wire::otlp::write::{bytes, nested, text, varint};
use campanile_wire::protobuf::{put_bytes, put_varint};

use crate::load::spans::{Attribute, RESOURCE, Span, Value};
use crate::load::template::{Placeholder, has_parent};

/// `SERVER`.
const SERVER: u64 = 1;

/// The first message of a stream, which says who sends: a node, and a resource for all spans.
#[must_use]
pub fn node() -> Vec<u8> {
    let mut out = Vec::new();
    nested(&mut out, 1, |out| {
        nested(out, 1, |out| {
            text(out, 1, "ip-10-0-3-17");
            varint(out, 2, 4_711);
            nested(out, 3, |out| time(out, crate::load::spans::EPOCH));
        });
        nested(out, 2, |out| {
            varint(out, 1, 4);
            text(out, 2, "0.7.8");
            text(out, 3, "0.24.0");
        });
        nested(out, 3, |out| text(out, 1, RESOURCE[0].1));
    });
    nested(&mut out, 3, |out| {
        text(out, 1, "host");
        for (key, value) in RESOURCE {
            nested(out, 2, |out| {
                text(out, 1, key);
                text(out, 2, value);
            });
        }
    });
    out
}

/// An `ExportTraceServiceRequest` that has spans only.
pub(super) fn request(spans: impl Iterator<Item = (u32, Span)>) -> Vec<u8> {
    let mut out = Vec::new();
    for (index, span) in spans {
        nested(&mut out, 2, |out| write(out, index, &span));
    }
    out
}

fn write(out: &mut Vec<u8>, index: u32, span: &Span) {
    bytes(out, 1, &Placeholder::Trace.wide(index));
    bytes(out, 2, &Placeholder::Span.narrow(index));
    if has_parent(index.into()) {
        bytes(out, 3, &Placeholder::Parent.narrow(index));
    }
    nested(out, 4, |out| text(out, 1, span.name));
    nested(out, 5, |out| time(out, span.start));
    nested(out, 6, |out| time(out, span.end));
    nested(out, 7, |out| attributes(out, &span.attributes));
    if let Some(event) = &span.event {
        nested(out, 9, |out| {
            nested(out, 1, |out| {
                nested(out, 1, |out| time(out, event.time));
                nested(out, 2, |out| {
                    nested(out, 1, |out| text(out, 1, event.name));
                    nested(out, 2, |out| attributes(out, &event.attributes));
                });
            });
        });
    }
    nested(out, 11, |_| {});
    varint(out, 14, SERVER);
}

/// A map: an entry of key and value for each attribute.
fn attributes(out: &mut Vec<u8>, attributes: &[Attribute]) {
    for (key, value) in attributes {
        nested(out, 1, |out| {
            text(out, 1, key);
            nested(out, 2, |out| match value {
                Value::Double(value) => {
                    put_varint(out, 4 << 3 | 1);
                    out.extend_from_slice(&value.to_le_bytes());
                }
                Value::Int(value) => {
                    put_varint(out, 2 << 3);
                    put_varint(out, value.cast_unsigned());
                }
                Value::Text(value) => nested(out, 1, |out| put_bytes(out, 1, value.as_bytes())),
            });
        });
    }
}

/// A `google.protobuf.Timestamp`.
fn time(out: &mut Vec<u8>, nanos: u64) {
    varint(out, 1, nanos / 1_000_000_000);
    varint(out, 2, nanos % 1_000_000_000);
}
