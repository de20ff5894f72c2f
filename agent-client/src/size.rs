//! What a waiting span weighs.
//!
//! An estimate of memory, not of wire bytes: the fixed parts are exact, texts count with their
//! length although some are shared or static. It errs on the large side.

use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_sdk::trace::SpanData;

/// Bytes of memory that a span holds, by estimate.
pub(crate) fn of(span: &SpanData) -> usize {
    let events: usize = span
        .events
        .iter()
        .map(|event| size_of_val(event) + event.name.len() + attributes(&event.attributes))
        .sum();
    let links: usize = span
        .links
        .iter()
        .map(|link| size_of_val(link) + attributes(&link.attributes))
        .sum();
    size_of_val(span) + span.name.len() + attributes(&span.attributes) + events + links
}

fn attributes(list: &[KeyValue]) -> usize {
    let texts: usize = list
        .iter()
        .map(|attribute| attribute.key.as_str().len() + value(&attribute.value))
        .sum();
    size_of_val(list) + texts
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
        assert!((4000..4600).contains(&grown), "{grown}");
    }
}
