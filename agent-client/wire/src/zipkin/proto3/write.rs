//! Writing the list.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::otlp::write::{bytes, fixed64, nested, text, varint};
use crate::protobuf::put_bytes;
use crate::zipkin::id::is_zero;
use crate::zipkin::{Endpoint, Span};

/// Appends a span to the list `out`. A trace id whose upper half is zero takes eight bytes; an
/// address that is none is left out.
pub fn push(out: &mut Vec<u8>, span: &Span<'_>) {
    nested(out, 1, |out| {
        match span.trace_id.split_at(8) {
            (high, low) if is_zero(high) => put_bytes(out, 1, low),
            _ => put_bytes(out, 1, &span.trace_id),
        }
        bytes(out, 2, span.parent_id.as_ref().map_or(&[], |id| &id[..]));
        put_bytes(out, 3, &span.id);
        varint(out, 4, span.kind.map_or(0, |kind| kind.number()));
        text(out, 5, &span.name);
        fixed64(out, 6, span.timestamp);
        varint(out, 7, span.duration);
        endpoint(out, 8, &span.local);
        endpoint(out, 9, &span.remote);
        for annotation in &span.annotations {
            nested(out, 10, |out| {
                fixed64(out, 1, annotation.timestamp);
                text(out, 2, &annotation.value);
            });
        }
        for tag in &span.tags {
            nested(out, 11, |out| {
                text(out, 1, &tag.key);
                text(out, 2, &tag.value.to_text());
            });
        }
        varint(out, 12, u64::from(span.debug));
        varint(out, 13, u64::from(span.shared));
    });
}

fn endpoint(out: &mut Vec<u8>, number: u32, endpoint: &Endpoint<'_>) {
    if endpoint.is_empty() {
        return;
    }
    nested(out, number, |out| {
        text(out, 1, &endpoint.service_name);
        if let Ok(address) = endpoint.ipv4.parse::<Ipv4Addr>() {
            put_bytes(out, 2, &address.octets());
        }
        if let Ok(address) = endpoint.ipv6.parse::<Ipv6Addr>() {
            put_bytes(out, 3, &address.octets());
        }
        varint(out, 4, endpoint.port.cast_unsigned());
    });
}
