//! One span.

use std::borrow::Cow;

use campanile_wire::otlp::view;
use campanile_wire::zipkin::{Annotation, Kind, Span, flat};

use super::endpoints::{Consumed, local, remote};
use super::origin::Origin;
use super::remote::complete;
use super::tags::{Pair, Tags, text_of};

/// Nanoseconds in a microsecond.
const MICRO: u64 = 1_000;

const ERROR: u64 = 2;

/// The span as Zipkin has it; `None` when its ids are not valid.
pub(super) fn translate<'a>(
    span: &view::Span<'a>,
    origin: &'a Origin<'a>,
    scope: &'a [Pair<'a>],
) -> Option<Span<'a>> {
    let trace_id = valid(span.trace_id.try_into().ok()?)?;
    let id = valid(span.span_id.try_into().ok()?)?;
    let mut consumed = Consumed::default();
    let mut tags = Tags::default();
    let mut local = local(span, &mut consumed);
    local.service_name = Cow::Borrowed(origin.service_name);
    let mut remote = remote(span, &mut consumed);
    complete(&mut remote, span);
    let absent = consumed.flag(span, "otel.zipkin.absentField.startTime");
    let start = if absent { 0 } else { span.start_unix_nano };
    let translated = Span {
        trace_id,
        id,
        parent_id: parent(span, &mut tags),
        name: Cow::Borrowed(span.name),
        kind: kind(span, &mut tags),
        timestamp: start / MICRO,
        duration: duration(start, span.end_unix_nano, &mut tags),
        local,
        remote,
        annotations: annotations(span),
        tags: Vec::new(),
        debug: consumed.flag(span, "zipkin.debug"),
        shared: consumed.flag(span, "zipkin.shared"),
    };
    ours(span, &mut tags);
    status(span, &mut consumed, &mut tags);
    for (key, value) in origin.tags.iter().chain(scope) {
        tags.put(borrowed(key), borrowed(value), "otlp.attribute.");
    }
    for (key, value) in span.attributes().iter() {
        if !consumed.contains(key) {
            tags.put(Cow::Borrowed(key), text_of(value), "otlp.attribute.");
        }
    }
    for (key, value) in &origin.attributes {
        tags.put(borrowed(key), borrowed(value), "otlp.resource.attribute.");
    }
    Some(Span {
        tags: tags.finish(),
        ..translated
    })
}

fn borrowed<'a>(text: &'a Cow<'a, str>) -> Cow<'a, str> {
    Cow::Borrowed(text)
}

/// An id that is not all zero.
fn valid<const N: usize>(id: [u8; N]) -> Option<[u8; N]> {
    (id != [0; N]).then_some(id)
}

fn parent(span: &view::Span<'_>, tags: &mut Tags<'_>) -> Option<[u8; 8]> {
    let id = span.parent_span_id;
    let parent = id.try_into().ok().and_then(valid);
    if parent.is_none() && id.iter().any(|byte| *byte != 0) {
        tags.set("otlp.parent_span_id", const_hex::encode(id));
    }
    parent
}

fn kind(span: &view::Span<'_>, tags: &mut Tags<'_>) -> Option<Kind> {
    match span.kind {
        0 => None,
        1 => {
            tags.set("span.kind", "internal");
            None
        }
        2 => Some(Kind::Server),
        3 => Some(Kind::Client),
        4 => Some(Kind::Producer),
        5 => Some(Kind::Consumer),
        unknown => {
            tags.set_count("otlp.kind", unknown);
            None
        }
    }
}

fn duration(start: u64, end: u64, tags: &mut Tags<'_>) -> u64 {
    match end.checked_sub(start) {
        // Zero would be absent.
        Some(nanos @ 1..MICRO) => nanos.div_ceil(MICRO),
        Some(nanos) => nanos / MICRO,
        None => {
            tags.set_count("otlp.end_time_unix_nano", end);
            0
        }
    }
}

fn annotations<'a>(span: &view::Span<'a>) -> Vec<Annotation<'a>> {
    let annotation = |event: view::Event<'a>| {
        let time = match event.time_unix_nano / MICRO {
            0 => span.start_unix_nano / MICRO,
            time => time,
        };
        Annotation {
            timestamp: time.max(1),
            value: flat::write_event(&event).into(),
        }
    };
    span.events().map(annotation).collect()
}

/// Tags for fields that Zipkin has not got.
fn ours<'a>(span: &view::Span<'a>, tags: &mut Tags<'a>) {
    if !span.trace_state.is_empty() {
        tags.set("w3c.tracestate", span.trace_state);
    }
    tags.set_count("otlp.flags", span.flags.into());
    tags.set_count("otel.dropped_attributes_count", span.dropped_attributes);
    tags.set_count("otel.dropped_events_count", span.dropped_events);
    tags.set_count("otel.dropped_links_count", span.dropped_links);
    for (index, link) in span.links().enumerate() {
        tags.set_made(format!("otlp.link.{index}"), flat::write_link(&link));
    }
}

fn status<'a>(span: &view::Span<'a>, consumed: &mut Consumed<'a>, tags: &mut Tags<'a>) {
    let error = span.attributes().find("error").map(text_of);
    let message = span.status_message;
    match span.status_code {
        0 => {}
        1 => tags.set("otel.status_code", "OK"),
        ERROR => tags.set("otel.status_code", "ERROR"),
        unknown => tags.set_count("otlp.status_code", unknown),
    }
    match (span.status_code, error) {
        (ERROR, None) => tags.set("error", message),
        // The attribute is the tag: to be told from a message.
        (ERROR, Some(_)) => tags.set("otel.status_description", message),
        (_, error) => {
            if !message.is_empty() {
                tags.set("otel.status_description", message);
            }
            if error.as_deref() == Some("false") {
                consumed.take("error");
                tags.set("otlp.attribute.error", "false");
            }
        }
    }
}
