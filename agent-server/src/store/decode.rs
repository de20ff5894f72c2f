//! OTLP bytes to the [model](super::model).

use campanile_wire::otlp::view::{self, AnyValue, Attributes};
use serde_json::{Number, Value};

use super::model::{Event, Kind, Link, Map, Resource, Scope, Span, Status, StatusCode};
use super::{SpanId, TraceId};

/// How deep an attribute value is read; what lies deeper reads as `null`.
const MAX_DEPTH: usize = 32;

/// Values within lists and maps that are read of one trace: each takes two bytes in a span and
/// thirty or more here. Real traces hold some thousands.
const MAX_NESTED: usize = 500_000;

/// Reads what belongs to one trace. Of lists and maps in attribute values it reads [`MAX_NESTED`]
/// values in all; what comes after them is left out.
pub(super) struct Decoder {
    nested: usize,
}

impl Default for Decoder {
    fn default() -> Self {
        Self { nested: MAX_NESTED }
    }
}

impl Decoder {
    /// Reads a span. `None` when its id is not valid, which what was inserted never is.
    pub(super) fn span(
        &mut self,
        bytes: &[u8],
        service: String,
        resource: usize,
        scope: usize,
    ) -> Option<Span> {
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
            attributes: self.attributes(span.attributes()),
            events: span.events().map(|event| self.event(event)).collect(),
            links: span.links().map(|link| self.link(link)).collect(),
            trace_state: span.trace_state.to_owned(),
            flags: span.flags,
            dropped_attributes: span.dropped_attributes,
            dropped_events: span.dropped_events,
            dropped_links: span.dropped_links,
            resource,
            scope,
            origin: None,
        })
    }

    /// Reads a resource.
    pub(super) fn resource(&mut self, bytes: &[u8], schema_url: String) -> Resource {
        Resource {
            attributes: self.attributes(view::Resource(bytes).attributes()),
            schema_url,
        }
    }

    /// Reads an instrumentation scope.
    pub(super) fn scope(&mut self, bytes: &[u8]) -> Scope {
        let scope = view::Scope(bytes);
        Scope {
            name: scope.name().to_owned(),
            version: scope.version().to_owned(),
            attributes: self.attributes(scope.attributes()),
        }
    }

    fn event(&mut self, event: view::Event<'_>) -> Event {
        Event {
            time_unix_nano: event.time_unix_nano,
            name: event.name.to_owned(),
            attributes: self.attributes(event.attributes()),
        }
    }

    fn link(&mut self, link: view::Link<'_>) -> Link {
        Link {
            trace_id: TraceId::from_bytes(link.trace_id),
            span_id: SpanId::from_bytes(link.span_id),
            trace_state: link.trace_state.to_owned(),
            attributes: self.attributes(link.attributes()),
        }
    }

    fn attributes(&mut self, attributes: Attributes<'_>) -> Map {
        let mut map = Map::new();
        for (key, value) in attributes.iter() {
            self.put(&mut map, key, value, MAX_DEPTH);
        }
        map
    }

    /// Of values under the same key, the first counts.
    fn put(&mut self, map: &mut Map, key: &str, value: AnyValue<'_>, depth: usize) {
        if !map.contains_key(key) {
            map.insert(key.to_owned(), self.json(value, depth));
        }
    }

    /// A value as JSON: bytes in base64 and doubles that JSON has no number for as text, as in
    /// OTLP/JSON.
    fn json(&mut self, value: AnyValue<'_>, depth: usize) -> Value {
        if depth == 0 {
            return Value::Null;
        }
        match value {
            AnyValue::Array(values) => {
                let mut list = Vec::new();
                for value in values.iter() {
                    if !self.may_nest() {
                        break;
                    }
                    list.push(self.json(value, depth - 1));
                }
                Value::Array(list)
            }
            AnyValue::Bool(value) => Value::Bool(value),
            AnyValue::Double(number) => match Number::from_f64(number) {
                Some(number) => Value::Number(number),
                None => Value::String(value.to_string()),
            },
            AnyValue::Empty => Value::Null,
            AnyValue::Int(number) => Value::from(number),
            AnyValue::KvList(pairs) => {
                let mut map = Map::new();
                for (key, value) in pairs.iter() {
                    if !self.may_nest() {
                        break;
                    }
                    self.put(&mut map, key, value, depth - 1);
                }
                Value::Object(map)
            }
            AnyValue::Bytes(_) | AnyValue::Text(_) => Value::String(value.to_string()),
        }
    }

    /// Whether one more value within a list or map may be read; it then counts.
    fn may_nest(&mut self) -> bool {
        let left = self.nested.checked_sub(1);
        self.nested = left.unwrap_or_default();
        left.is_some()
    }
}

#[cfg(test)]
mod tests {
    use campanile_wire::otlp::write::{bytes, nested, text};

    use super::*;

    /// A span with a list and a map of `count` values each.
    fn span(count: usize) -> Vec<u8> {
        let mut span = Vec::new();
        bytes(&mut span, 2, &[1; 8]);
        for (key, field) in [("list", 5), ("map", 6)] {
            nested(&mut span, 9, |attribute| {
                text(attribute, 1, key);
                nested(attribute, 2, |value| {
                    nested(value, field, |values| {
                        for number in 0..count {
                            nested(values, 1, |value| text(value, 1, &number.to_string()));
                        }
                    });
                });
            });
        }
        span
    }

    fn lengths(span: Option<Span>) -> (usize, usize) {
        let attributes = span.expect("a valid id").attributes;
        let list = attributes["list"].as_array().expect("a list").len();
        (list, attributes["map"].as_object().expect("a map").len())
    }

    #[test]
    fn lists_and_maps_of_one_trace_are_read_up_to_a_limit_in_all() {
        let mut decoder = Decoder { nested: 5 };
        let mut read = || lengths(decoder.span(&span(2), String::new(), 0, 0));
        assert_eq!([read(), read(), read()], [(2, 2), (1, 0), (0, 0)]);
        let whole = lengths(Decoder::default().span(&span(1_000), String::new(), 0, 0));
        assert_eq!(whole, (1_000, 1_000));
    }
}
