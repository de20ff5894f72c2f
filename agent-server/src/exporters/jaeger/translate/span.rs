//! One span.

use campanile_wire::jaeger::{RefType, Reference, Span, Tag, Value};
use campanile_wire::otlp::view::{self, ScopeSpans};

use super::value::{self, add_count, add_text, tag, text};
use super::{event, field};

/// The one flag that Jaeger has too.
const SAMPLED: u32 = 1;

/// The tags that every span of a scope has.
pub(super) fn scope_tags(spans: ScopeSpans<'_>) -> Vec<Tag<'_>> {
    let scope = spans.scope();
    let mut tags = Vec::new();
    let pairs = [
        ("otel.scope.name", "otel.library.name", scope.name()),
        (
            "otel.scope.version",
            "otel.library.version",
            scope.version(),
        ),
    ];
    for (key, before, value) in pairs {
        add_text(&mut tags, key, value);
        add_text(&mut tags, before, value);
    }
    for (key, attribute) in scope.attributes().iter() {
        let key = format!("otel.scope.attribute.{key}");
        tags.push(tag(key, value::of(attribute)));
    }
    add_text(&mut tags, "otel.scope.schema_url", spans.schema_url());
    let dropped = scope.dropped_attributes();
    add_count(&mut tags, "otel.scope.dropped_attributes_count", dropped);
    tags
}

/// A span as Jaeger has it, if its ids are valid.
pub(super) fn of<'a>(span: &view::Span<'a>, scope: &[Tag<'a>]) -> Option<Span<'a>> {
    let mut out = Span {
        trace_id: span.trace_id.try_into().ok().filter(|id| *id != [0; 16])?,
        span_id: span.span_id.try_into().ok().filter(|id| *id != [0; 8])?,
        operation_name: span.name.into(),
        flags: span.flags & SAMPLED,
        start: i128::from(span.start_unix_nano),
        duration: i128::from(span.end_unix_nano.saturating_sub(span.start_unix_nano)),
        ..Span::default()
    };
    for (key, attribute) in span.attributes().iter() {
        if !field::restore(&mut out, key, attribute) {
            out.tags.push(tag(key, value::of(attribute)));
        }
    }
    out.tags.extend_from_slice(scope);
    put_relations(&mut out, span);
    out.logs
        .extend(span.events().map(|event| event::log(&event)));
    put_status(&mut out.tags, span);
    put_rest(&mut out.tags, span);
    Some(out)
}

/// The parent, and the links behind it.
fn put_relations<'a>(out: &mut Span<'a>, span: &view::Span<'a>) {
    let parent = span.parent_span_id.try_into();
    match parent {
        Ok(span_id) if span_id != [0; 8] => out.references.push(Reference {
            kind: RefType::ChildOf,
            trace_id: out.trace_id,
            span_id,
        }),
        _ if span.parent_span_id.iter().any(|byte| *byte != 0) => {
            let id = const_hex::encode(span.parent_span_id);
            out.tags.push(text("otel.parent_span_id", id));
        }
        _ => {}
    }
    for link in span.links() {
        let reference = event::reference(&link);
        let log = event::link_log(&link, reference.is_some(), span.start_unix_nano);
        out.references.extend(reference);
        out.logs.extend(log);
    }
}

fn put_status<'a>(tags: &mut Vec<Tag<'a>>, span: &view::Span<'a>) {
    match span.kind {
        0 => {}
        1 => tags.push(text("span.kind", "internal")),
        2 => tags.push(text("span.kind", "server")),
        3 => tags.push(text("span.kind", "client")),
        4 => tags.push(text("span.kind", "producer")),
        5 => tags.push(text("span.kind", "consumer")),
        other => add_count(tags, "otel.kind", other),
    }
    match span.status_code {
        0 => {}
        1 => tags.push(text("otel.status_code", "OK")),
        2 => {
            tags.push(text("otel.status_code", "ERROR"));
            tags.push(tag("error", Value::Bool(true)));
        }
        other => tags.push(text("otel.status_code", other.to_string())),
    }
    add_text(tags, "otel.status_description", span.status_message);
}

fn put_rest<'a>(tags: &mut Vec<Tag<'a>>, span: &view::Span<'a>) {
    add_text(tags, "w3c.tracestate", span.trace_state);
    if span.flags & !SAMPLED != 0 {
        add_count(tags, "otel.flags", u64::from(span.flags));
    }
    let counts = [
        ("otel.dropped_attributes_count", span.dropped_attributes),
        ("otel.dropped_events_count", span.dropped_events),
        ("otel.dropped_links_count", span.dropped_links),
    ];
    for (key, count) in counts {
        add_count(tags, key, count);
    }
    if span.end_unix_nano < span.start_unix_nano {
        let end = span.end_unix_nano.to_string();
        tags.push(text("otel.end_time_unix_nano", end));
    }
}
