//! The one span limit that the SDK does not know: the length of a text.
//!
//! <https://opentelemetry.io/docs/specs/otel/common/#attribute-limits>

use opentelemetry::{Array, StringValue, Value};
use opentelemetry_sdk::trace::SpanData;

/// Shortens the texts in a span's own attributes to `max` characters.
pub(crate) fn shorten(span: &mut SpanData, max: usize) {
    for attribute in &mut span.attributes {
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
    let end = text.as_str().char_indices().nth(max).map(|(end, _)| end);
    if let Some(short) = end.and_then(|end| text.as_str().get(..end)) {
        *text = short.to_owned().into();
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::{Array, KeyValue, Value};

    use super::shorten;
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
        shorten(&mut long, 3);
        let values: Vec<_> = long.attributes.iter().map(|a| a.value.as_str()).collect();
        assert_eq!(values, ["\u{e4}\u{f6}\u{fc}", "[\"abc\",\"ab\"]", "12345"]);
    }
}
