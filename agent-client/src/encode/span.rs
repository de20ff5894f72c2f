//! One span as the fields of an OTLP `Span`.

use campanile_wire::otlp::write::{bytes, fixed32, fixed64, nested, text, varint};
use opentelemetry::trace::{Event, Link, SpanId, SpanKind, Status, TraceState};
use opentelemetry_sdk::trace::SpanData;

use super::nanos;
use super::value::attributes;

/// `SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK` and `SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK`.
const HAS_IS_REMOTE: u32 = 0x100;
const IS_REMOTE: u32 = 0x200;

/// Appends a span's fields.
pub(crate) fn span(out: &mut Vec<u8>, span: &SpanData) {
    let context = &span.span_context;
    bytes(out, 1, &context.trace_id().to_bytes());
    bytes(out, 2, &context.span_id().to_bytes());
    trace_state(out, context.trace_state());
    if span.parent_span_id != SpanId::INVALID {
        bytes(out, 4, &span.parent_span_id.to_bytes());
    }
    text(out, 5, &span.name);
    varint(out, 6, kind(&span.span_kind));
    fixed64(out, 7, nanos(span.start_time));
    fixed64(out, 8, nanos(span.end_time));
    attributes(out, 9, &span.attributes);
    varint(out, 10, span.dropped_attributes_count.into());
    for item in span.events.iter() {
        nested(out, 11, |out| event(out, item));
    }
    varint(out, 12, span.events.dropped_count.into());
    for item in span.links.iter() {
        nested(out, 13, |out| link(out, item));
    }
    varint(out, 14, span.links.dropped_count.into());
    status(out, &span.status);
    let parent_is_remote = span.parent_span_is_remote;
    fixed32(
        out,
        16,
        flags(context.trace_flags().to_u8(), parent_is_remote),
    );
}

fn kind(kind: &SpanKind) -> u64 {
    match kind {
        SpanKind::Internal => 1,
        SpanKind::Server => 2,
        SpanKind::Client => 3,
        SpanKind::Producer => 4,
        SpanKind::Consumer => 5,
    }
}

fn flags(trace_flags: u8, remote: bool) -> u32 {
    let remote = if remote { IS_REMOTE } else { 0 };
    u32::from(trace_flags) | HAS_IS_REMOTE | remote
}

fn trace_state(out: &mut Vec<u8>, state: &TraceState) {
    if *state != TraceState::NONE {
        text(out, 3, &state.header());
    }
}

fn event(out: &mut Vec<u8>, event: &Event) {
    fixed64(out, 1, nanos(event.timestamp));
    text(out, 2, &event.name);
    attributes(out, 3, &event.attributes);
    varint(out, 4, event.dropped_attributes_count.into());
}

fn link(out: &mut Vec<u8>, link: &Link) {
    let context = &link.span_context;
    bytes(out, 1, &context.trace_id().to_bytes());
    bytes(out, 2, &context.span_id().to_bytes());
    trace_state(out, context.trace_state());
    attributes(out, 4, &link.attributes);
    varint(out, 5, link.dropped_attributes_count.into());
    fixed32(
        out,
        6,
        flags(context.trace_flags().to_u8(), context.is_remote()),
    );
}

/// An unset status is left out.
fn status(out: &mut Vec<u8>, status: &Status) {
    match status {
        Status::Unset => {}
        Status::Ok => nested(out, 15, |out| varint(out, 3, 1)),
        Status::Error { description } => nested(out, 15, |out| {
            text(out, 2, description);
            varint(out, 3, 2);
        }),
    }
}
