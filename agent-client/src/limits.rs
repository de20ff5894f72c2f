//! The one span limit that the SDK does not know: the length of a text.
//!
//! <https://opentelemetry.io/docs/specs/otel/common/#attribute-limits>

use opentelemetry::{Array, KeyValue, StringValue, Value};
use opentelemetry_sdk::trace::SpanData;

/// Shortens the texts in a span's attributes, and those of its events and links, to `max`
/// characters.
pub(crate) fn shorten_span(span: &mut SpanData, max: usize) {
    shorten(&mut span.attributes, max);
    for event in &mut span.events.events {
        shorten(&mut event.attributes, max);
    }
    for link in &mut span.links.links {
        shorten(&mut link.attributes, max);
    }
}

/// The first `max` characters of a text.
pub(crate) fn head(text: &str, max: usize) -> &str {
    let end = text.char_indices().nth(max).map(|(end, _)| end);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

fn shorten(attributes: &mut [KeyValue], max: usize) {
    for attribute in attributes {
        match &mut attribute.value {
            Value::String(text) => shorten_text(text, max),
            Value::Array(Array::String(texts)) => {
                texts.iter_mut().for_each(|text| shorten_text(text, max));
            }
            _ => {}
        }
    }
}

fn shorten_text(text: &mut StringValue, max: usize) {
    let short = head(text.as_str(), max);
    if short.len() < text.as_str().len() {
        *text = short.to_owned().into();
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::{Array, KeyValue, Value};

    use opentelemetry::trace::{Event, Link};

    use super::shorten_span;
    use crate::testing::span;

    #[test]
    fn texts_are_cut_between_characters_and_the_rest_is_left_alone() {
        let mut long = span("a");
        let list = Array::String(vec!["abcd".into(), "ab".into()]);
        long.attributes = vec![
            KeyValue::new("text", "\u{e4}\u{f6}\u{fc}x"),
            KeyValue::new("list", Value::Array(list)),
            KeyValue::new("number", 12345),
        ];
        let pair = || vec![KeyValue::new("text", "abcd")];
        long.events
            .events
            .push(Event::new("event", std::time::UNIX_EPOCH, pair(), 0));
        long.links
            .links
            .push(Link::new(long.span_context.clone(), pair(), 0));
        shorten_span(&mut long, 3);
        assert_eq!(long.events.events[0].attributes[0].value.as_str(), "abc");
        assert_eq!(long.links.links[0].attributes[0].value.as_str(), "abc");
        let values: Vec<_> = long.attributes.iter().map(|a| a.value.as_str()).collect();
        assert_eq!(values, ["\u{e4}\u{f6}\u{fc}", "[\"abc\",\"ab\"]", "12345"]);
    }
}
