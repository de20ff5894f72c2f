//! OTLP bytes to the [model](super::model).

use campanile_wire::otlp::view::{self, AnyValue, Attributes};
use serde_json::{Number, Value};

use super::model::{Event, Kind, Link, Map, Resource, Scope, Span, Status, StatusCode};
use super::{SpanId, TraceId};

/// How deep an attribute value is read; what lies deeper reads as `null`.
const MAX_DEPTH: usize = 32;

/// Reads a span. `None` when its id is not valid, which what was inserted never is.
pub(super) fn span(bytes: &[u8], service: String, resource: usize, scope: usize) -> Option<Span> {
    let span = view::Span::new(bytes);
    Some(Span {
        span_id: SpanId::from_bytes(span.span_id)?,
        parent_span_id: SpanId::from_bytes(span.parent_span_id),
        name: span.name.to_owned(),
        kind: Kind::from_wire(span.kind),
        service,
        start_unix_nano: span.start_unix_nano,
        end_unix_nano: span.end_unix_nano,
        duration_nanos: span.end_unix_nano.saturating_sub(span.start_unix_nano),
        status: Status {
            code: StatusCode::from_wire(span.status_code),
            message: span.status_message.to_owned(),
        },
        attributes: map(span.attributes(), MAX_DEPTH),
        events: span.events().map(event).collect(),
        links: span.links().map(link).collect(),
        trace_state: span.trace_state.to_owned(),
        flags: span.flags,
        dropped_attributes: span.dropped_attributes,
        dropped_events: span.dropped_events,
        dropped_links: span.dropped_links,
        resource,
        scope,
    })
}

/// Reads a resource.
pub(super) fn resource(bytes: &[u8], schema_url: String) -> Resource {
    Resource {
        attributes: map(view::Resource(bytes).attributes(), MAX_DEPTH),
        schema_url,
    }
}

/// Reads an instrumentation scope.
pub(super) fn scope(bytes: &[u8]) -> Scope {
    let scope = view::Scope(bytes);
    Scope {
        name: scope.name().to_owned(),
        version: scope.version().to_owned(),
        attributes: map(scope.attributes(), MAX_DEPTH),
    }
}

fn event(event: view::Event<'_>) -> Event {
    Event {
        time_unix_nano: event.time_unix_nano,
        name: event.name.to_owned(),
        attributes: map(event.attributes(), MAX_DEPTH),
    }
}

fn link(link: view::Link<'_>) -> Link {
    Link {
        trace_id: TraceId::from_bytes(link.trace_id),
        span_id: SpanId::from_bytes(link.span_id),
        trace_state: link.trace_state.to_owned(),
        attributes: map(link.attributes(), MAX_DEPTH),
    }
}

fn map(attributes: Attributes<'_>, depth: usize) -> Map {
    let mut map = Map::new();
    for (key, value) in attributes.iter() {
        if !map.contains_key(key) {
            map.insert(key.to_owned(), json(value, depth));
        }
    }
    map
}

/// A value as JSON: bytes in base64 and doubles that JSON has no number for as text, as in
/// OTLP/JSON.
fn json(value: AnyValue<'_>, depth: usize) -> Value {
    if depth == 0 {
        return Value::Null;
    }
    match value {
        AnyValue::Array(values) => values.iter().map(|value| json(value, depth - 1)).collect(),
        AnyValue::Bool(value) => Value::Bool(value),
        AnyValue::Double(number) => match Number::from_f64(number) {
            Some(number) => Value::Number(number),
            None => Value::String(value.to_string()),
        },
        AnyValue::Empty => Value::Null,
        AnyValue::Int(number) => Value::from(number),
        AnyValue::KvList(pairs) => Value::Object(map(pairs, depth - 1)),
        AnyValue::Bytes(_) | AnyValue::Text(_) => Value::String(value.to_string()),
    }
}
