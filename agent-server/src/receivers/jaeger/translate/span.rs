//! One span.

use campanile_wire::jaeger::Span;
use campanile_wire::otlp::write::{
    Scalar, attribute, bytes, fixed32, fixed64, nested, text, varint,
};

use super::known::{Key, Known};
use super::parent::{Form, Parent};
use super::{event, status, value};

/// `Span.attributes`.
const ATTRIBUTES: u32 = 9;

/// The one flag that OTLP has too.
const SAMPLED: u32 = 1;

/// Appends the fields of the `InstrumentationScope` that the tags name, if they do. The names of
/// old say the same and are not kept then.
pub(super) fn put_scope(out: &mut Vec<u8>, known: &mut Known<'_, '_>) {
    let keys = [
        (Key::ScopeName, Key::ScopeVersion),
        (Key::LibraryName, Key::LibraryVersion),
    ];
    let named = |keys: &(Key, Key)| known.text(keys.0).is_some_and(|name| !name.is_empty());
    let Some((name, version)) = keys.into_iter().find(named) else {
        return;
    };
    let found = (known.take_text(name), known.take_text(version));
    text(out, 1, found.0.unwrap_or_default());
    text(out, 2, found.1.unwrap_or_default());
    if known.text(Key::LibraryName) == found.0 {
        known.take(Key::LibraryName);
    }
    if found.1.is_some() && known.text(Key::LibraryVersion) == found.1 {
        known.take(Key::LibraryVersion);
    }
}

/// Appends the fields of an OTLP `Span`; gives the number of references that were not valid.
pub(super) fn put(out: &mut Vec<u8>, span: &Span<'_>, mut known: Known<'_, '_>, form: Form) -> u64 {
    let parent = Parent::of(span, form);
    bytes(out, 1, &span.trace_id);
    bytes(out, 2, &span.span_id);
    text(out, 3, known.take_text(Key::TraceState).unwrap_or_default());
    bytes(
        out,
        4,
        parent.span_id.as_ref().map_or(&[], |id| id.as_slice()),
    );
    text(out, 5, &span.operation_name);
    let kind = status::kind(&mut known);
    varint(out, 6, kind);
    put_times(out, span);
    let (code, message) = status::status(&mut known, kind);
    if code != 0 || !message.is_empty() {
        nested(out, 15, |out| {
            text(out, 2, message);
            varint(out, 3, code);
        });
    }
    let flags = known.take_u32(Key::Flags).unwrap_or(0) & !SAMPLED;
    fixed32(out, 16, flags | span.flags & SAMPLED);
    let dropped = |known: &mut Known<'_, '_>, key| u64::from(known.take_u32(key).unwrap_or(0));
    varint(out, 10, dropped(&mut known, Key::DroppedAttributes));
    varint(out, 12, dropped(&mut known, Key::DroppedEvents));
    let dropped_links = dropped(&mut known, Key::DroppedLinks);
    for tag in known.rest() {
        value::put(out, ATTRIBUTES, tag);
    }
    put_extras(out, span);
    for log in &span.logs {
        nested(out, 11, |out| event::put(out, log));
    }
    let invalid = put_links(out, span, parent);
    varint(out, 14, dropped_links + invalid);
    invalid
}

/// Appends start and end, and as text what they cannot hold.
fn put_times(out: &mut Vec<u8>, span: &Span<'_>) {
    let start = value::nanos(span.start);
    let end = value::nanos(span.start + span.duration);
    let end = end.filter(|end| start.is_some_and(|start| *end >= start));
    fixed64(out, 7, start.unwrap_or(0));
    fixed64(out, 8, end.or(start).unwrap_or(0));
    if start.is_none() {
        let time = span.start.to_string();
        attribute(
            out,
            ATTRIBUTES,
            "jaeger.start_time_unix_nano",
            Scalar::Text(&time),
        );
    }
    if end.is_none() {
        let duration = span.duration.to_string();
        attribute(
            out,
            ATTRIBUTES,
            "jaeger.duration_nano",
            Scalar::Text(&duration),
        );
    }
}

/// Appends the attributes that hold what OTLP has no field for.
fn put_extras(out: &mut Vec<u8>, span: &Span<'_>) {
    if span.flags & !SAMPLED != 0 {
        let flags = Scalar::Int(i64::from(span.flags));
        attribute(out, ATTRIBUTES, "jaeger.flags", flags);
    }
    if !span.process_id.is_empty() {
        let id = Scalar::Text(&span.process_id);
        attribute(out, ATTRIBUTES, "jaeger.process_id", id);
    }
    if !span.warnings.is_empty() {
        value::put_list(out, ATTRIBUTES, "@jaeger@warnings", &span.warnings);
    }
}

/// Appends every valid reference but the parent's; gives how many are not valid.
fn put_links(out: &mut Vec<u8>, span: &Span<'_>, parent: Parent) -> u64 {
    let mut invalid = 0;
    for (index, reference) in span.references.iter().enumerate() {
        if reference.trace_id == [0; 16] || reference.span_id == [0; 8] {
            invalid += 1;
        } else if parent.reference != Some(index) {
            nested(out, 13, |out| event::put_link(out, reference));
        }
    }
    invalid
}
