//! What a waiting span weighs.
//!
//! An estimate of memory, not of wire bytes: the fixed parts are exact, lists count with the room
//! they have, texts with their length although some are shared or static.

use opentelemetry::trace::{SpanContext, Status};
use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_sdk::trace::SpanData;

/// Bytes of memory that a span holds, by estimate.
pub(crate) fn of(span: &SpanData) -> usize {
    let events: usize = span
        .events
        .iter()
        .map(|event| event.name.len() + attributes(&event.attributes))
        .sum();
    let links: usize = span
        .links
        .iter()
        .map(|link| trace_state(&link.span_context) + attributes(&link.attributes))
        .sum();
    let description = match &span.status {
        Status::Error { description } => description.len(),
        Status::Ok | Status::Unset => 0,
    };
    size_of_val(span)
        + span.name.len()
        + description
        + trace_state(&span.span_context)
        + attributes(&span.attributes)
        + room(&span.events.events)
        + events
        + room(&span.links.links)
        + links
}

/// A list grows by doubling, and the room it gained stays with it.
fn room<T>(list: &Vec<T>) -> usize {
    list.capacity() * size_of::<T>()
}

/// Every span of a trace has a copy of the trace state, which comes from outside.
fn trace_state(context: &SpanContext) -> usize {
    context
        .trace_state()
        .into_iter()
        .map(|(key, value)| size_of::<(String, String)>() + key.len() + value.len())
        .sum()
}

fn attributes(list: &Vec<KeyValue>) -> usize {
    let texts: usize = list
        .iter()
        .map(|attribute| attribute.key.as_str().len() + value(&attribute.value))
        .sum();
    room(list) + texts
}

fn value(value: &Value) -> usize {
    match value {
        Value::String(text) => text.as_str().len(),
        Value::Array(Array::Bool(items)) => size_of_val(items.as_slice()),
        Value::Array(Array::I64(items)) => size_of_val(items.as_slice()),
        Value::Array(Array::F64(items)) => size_of_val(items.as_slice()),
        Value::Array(Array::String(items)) => {
            let texts: usize = items.iter().map(|item| item.as_str().len()).sum();
            size_of_val(items.as_slice()) + texts
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{SpanContext, Status, TraceState};
    use opentelemetry::{Array, KeyValue, Value};

    use crate::testing::span;

    #[test]
    fn every_text_of_a_span_counts() {
        let empty = super::of(&span("a"));
        let mut full = span("a");
        full.attributes.push(KeyValue::new("key", "x".repeat(1000)));
        let items = Array::String(vec!["y".repeat(1000).into()]);
        full.attributes
            .push(KeyValue::new("list", Value::Array(items)));
        let event = opentelemetry::trace::Event::new(
            "z".repeat(1000),
            std::time::UNIX_EPOCH,
            vec![KeyValue::new("key", "w".repeat(1000))],
            0,
        );
        full.events.events.push(event);
        let grown = super::of(&full) - empty;
        assert!((4000..4900).contains(&grown), "{grown}");
    }

    #[test]
    fn what_others_decide_counts_too() {
        let empty = super::of(&span("a"));
        let mut failed = span("a");
        failed.status = Status::error("x".repeat(1000));
        assert_eq!(super::of(&failed) - empty, 1000);

        let mut traced = span("a");
        let context = &traced.span_context;
        let state = TraceState::from_key_value([("vendor", "y".repeat(200))]).unwrap();
        traced.span_context = SpanContext::new(
            context.trace_id(),
            context.span_id(),
            context.trace_flags(),
            false,
            state,
        );
        let grown = super::of(&traced) - empty;
        assert!((206..300).contains(&grown), "{grown}");
    }

    #[test]
    fn room_that_is_not_used_counts() {
        let empty = super::of(&span("a"));
        let mut roomy = span("a");
        roomy.attributes = Vec::with_capacity(16);
        assert_eq!(super::of(&roomy) - empty, 16 * size_of::<KeyValue>());
    }
}
