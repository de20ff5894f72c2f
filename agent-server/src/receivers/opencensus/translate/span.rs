//! One span.

use campanile_wire::opencensus::agent::common::v1::Node;
use campanile_wire::opencensus::agent::common::v1::library_info::Language;
use campanile_wire::opencensus::trace::v1::Span;
use campanile_wire::opencensus::trace::v1::span::{Attributes, Links, TimeEvents};
use campanile_wire::otlp::write::{
    Scalar, attribute, bytes, fixed32, fixed64, nested, text, varint,
};

use super::{attributes, event, link, stack, time};

/// `Span.attributes`.
const ATTRIBUTES: u32 = 9;

/// Which id of a span is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InvalidSpan {
    /// A parent id that is neither absent nor 8 bytes.
    Parent,
    /// A span id that is not 8 bytes, or all zero.
    Span,
    /// A trace id that is not 16 bytes, or all zero.
    Trace,
}

/// The enumeration in which a sender writes `Status.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StatusCodes {
    /// `google.rpc.Code`, as the protocol says: 0 is OK, all else an error.
    OpenCensus,
    /// OpenTelemetry's own: 1 is OK, 2 an error. The OpenCensus exporter of OpenTelemetry for
    /// Python writes it, and tells itself from OpenCensus for Python, which never left 0.x, by the
    /// version of its core library.
    OpenTelemetry,
}

impl StatusCodes {
    /// What the sender writes.
    pub(super) fn of(node: Option<&Node>) -> Self {
        let library = node.and_then(|node| node.library_info.as_ref());
        let foreign = library.is_some_and(|library| {
            let major = library.core_library_version.split('.').next();
            let major = major.and_then(|major| major.parse::<u32>().ok());
            library.language() == Language::Python && major.is_some_and(|major| major >= 1)
        });
        if foreign {
            Self::OpenTelemetry
        } else {
            Self::OpenCensus
        }
    }
}

/// Whether the ids of a span can be kept.
///
/// # Errors
///
/// The first id that cannot. A parent of eight zero bytes is none, as Go sends it.
pub(super) fn check_ids(span: &Span) -> Result<(), InvalidSpan> {
    if !link::is_id(&span.trace_id, 16) {
        return Err(InvalidSpan::Trace);
    }
    if !link::is_id(&span.span_id, 8) {
        return Err(InvalidSpan::Span);
    }
    match span.parent_span_id.len() {
        0 | 8 => Ok(()),
        _ => Err(InvalidSpan::Parent),
    }
}

/// Appends the fields of an OTLP `Span`; gives the number of links that were not valid.
pub(super) fn put(out: &mut Vec<u8>, span: &Span, codes: StatusCodes, now: u64) -> u64 {
    bytes(out, 1, &span.trace_id);
    bytes(out, 2, &span.span_id);
    text(out, 3, &link::trace_state(span.tracestate.as_ref()));
    if link::is_id(&span.parent_span_id, 8) {
        bytes(out, 4, &span.parent_span_id);
    }
    let name = span.name.as_ref().map(|name| name.value.as_str());
    text(out, 5, name.unwrap_or_default());
    let (kind, kind_key) = kind(span);
    varint(out, 6, kind);
    let start = time::nanos(span.start_time.as_ref());
    let end = time::nanos(span.end_time.as_ref());
    let (start, end) = time::bounds(start, end, now);
    fixed64(out, 7, start);
    fixed64(out, 8, end);
    let status_key = put_status(out, span, codes);
    if let Some(list) = &span.attributes {
        let flags_key = put_flags(out, 16, list);
        attributes::put(out, ATTRIBUTES, list, &[kind_key, status_key, flags_key]);
        varint(out, 10, attributes::dropped(list.dropped_attributes_count));
    }
    put_extras(out, span);
    if let Some(events) = &span.time_events {
        put_events(out, events);
    }
    span.links.as_ref().map_or(0, |links| put_links(out, links))
}

/// The kind, and the key of the attribute that it was read from (empty if from none).
fn kind(span: &Span) -> (u64, &'static str) {
    match span.kind {
        1 => (2, ""),
        2 => (3, ""),
        0 => {
            let list = span.attributes.as_ref();
            match list.and_then(|list| attributes::text(list, "span.kind")) {
                Some("internal") => (1, "span.kind"),
                Some("producer") => (4, "span.kind"),
                Some("consumer") => (5, "span.kind"),
                _ => (0, ""),
            }
        }
        _ => (0, ""),
    }
}

/// Appends the status; gives the key of the attribute that overrode it (empty if none did).
fn put_status(out: &mut Vec<u8>, span: &Span, codes: StatusCodes) -> &'static str {
    let code = span.status.as_ref().map_or(0, |status| status.code);
    let forced = span.attributes.as_ref().and_then(forced_status);
    let translated = match (forced, codes) {
        (Some(forced), _) => forced,
        (None, StatusCodes::OpenTelemetry) => u64::try_from(code).unwrap_or(2).min(2),
        (None, StatusCodes::OpenCensus) => u64::from(code != 0) * 2,
    };
    let message = span.status.as_ref().map(|status| status.message.as_str());
    let message = message.unwrap_or_default();
    if translated != 0 || !message.is_empty() {
        nested(out, 15, |out| {
            text(out, 2, message);
            varint(out, 3, translated);
        });
    }
    if code != 0 && codes == StatusCodes::OpenCensus {
        let code = Scalar::Int(i64::from(code));
        attribute(out, ATTRIBUTES, "opencensus.status_code", code);
    }
    if forced.is_some() {
        "otel.status_code"
    } else {
        ""
    }
}

fn forced_status(list: &Attributes) -> Option<u64> {
    let code = attributes::int(list, "otel.status_code")?;
    u64::try_from(code).ok().filter(|code| *code <= 2)
}

/// Appends the attributes that hold what OTLP has no field for.
fn put_extras(out: &mut Vec<u8>, span: &Span) {
    if let Some(name) = &span.name {
        let key = || "opencensus.name_truncated_byte_count".to_owned();
        attributes::put_truncated(out, ATTRIBUTES, key, name);
    }
    if !(0..=2).contains(&span.kind) {
        let kind = Scalar::Int(i64::from(span.kind));
        attribute(out, ATTRIBUTES, "opencensus.span_kind", kind);
    }
    if let Some(same) = span.same_process_as_parent_span {
        let key = "opencensus.same_process_as_parent_span";
        attribute(out, ATTRIBUTES, key, Scalar::Bool(same));
    }
    if let Some(count) = span.child_span_count {
        let count = Scalar::Int(i64::from(count));
        attribute(out, ATTRIBUTES, "opencensus.child_span_count", count);
    }
    if let Some(trace) = &span.stack_trace {
        stack::put(out, ATTRIBUTES, trace);
    }
}

fn put_events(out: &mut Vec<u8>, events: &TimeEvents) {
    for time_event in &events.time_event {
        nested(out, 11, |out| event::put(out, time_event));
    }
    let annotations = events.dropped_annotations_count;
    let messages = events.dropped_message_events_count;
    let sum = attributes::dropped(annotations) + attributes::dropped(messages);
    varint(out, 12, sum);
    let key = || "opencensus.dropped_message_events_count".to_owned();
    attributes::put_count(out, ATTRIBUTES, key, messages.max(0));
}

/// Appends the flags that an agent before this one has kept as an attribute; gives its key (empty
/// if there is none).
pub(super) fn put_flags(out: &mut Vec<u8>, number: u32, list: &Attributes) -> &'static str {
    let key = "otel.flags";
    match attributes::int(list, key).map(u32::try_from) {
        Some(Ok(flags)) if flags != 0 => {
            fixed32(out, number, flags);
            key
        }
        _ => "",
    }
}

/// Appends the valid links; those that are not are counted as dropped, and given back.
fn put_links(out: &mut Vec<u8>, links: &Links) -> u64 {
    let mut invalid = 0;
    for one in &links.link {
        if link::is_valid(one) {
            nested(out, 13, |out| link::put(out, one));
        } else {
            invalid += 1;
        }
    }
    varint(
        out,
        14,
        attributes::dropped(links.dropped_links_count) + invalid,
    );
    invalid
}
