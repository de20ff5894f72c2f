//! Events and links within texts.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::otlp::view::{Event, Link, Span};
use crate::otlp::write::{self, Scalar};
use crate::otlp::{Signal, check, json};
use crate::zipkin::flat::{read_event, read_link, write_event, write_link};

/// A span with one event or link, whose message is `message`.
fn span(number: u32, message: &[u8]) -> Vec<u8> {
    let mut span = Vec::new();
    write::nested(&mut span, number, |out| out.extend_from_slice(message));
    span
}

fn event(message: &[u8]) -> String {
    let span = span(11, message);
    let event: Event<'_> = Span::new(&span).events().next().expect("one");
    write_event(&event)
}

fn link(message: &[u8]) -> String {
    let span = span(13, message);
    let link: Link<'_> = Span::new(&span).links().next().expect("one");
    write_link(&link)
}

/// What a span says, whatever the order of its fields.
fn meaning(span: &[u8]) -> serde_json::Value {
    let mut request = Vec::new();
    write::nested(&mut request, 1, |out| {
        write::nested(out, 2, |out| {
            write::nested(out, 2, |out| out.extend_from_slice(span));
        });
    });
    let limits = crate::otlp::Limits::default();
    assert_eq!(check(Signal::Traces, &request, &limits), Ok(()));
    let text = json::encode(Signal::Traces, &request).expect("valid");
    serde_json::from_str(&text).expect("JSON")
}

fn read(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    read_event(text, &mut out);
    out
}

/// Attributes as field `number`, of every type that survives.
fn attributes(number: u32) -> impl Strategy<Value = Vec<u8>> {
    let one = (
        "[a-z|{}\"]{0,4}",
        0..7,
        any::<i64>(),
        any::<f64>(),
        "[|{}\":,0-9a-z\\\\]{0,8}",
    );
    vec(one, 0..3).prop_map(move |all| {
        let mut out = Vec::new();
        for (key, kind, int, double, text) in all {
            let double = if double.is_finite() { double } else { 0.5 };
            match kind {
                0 => write::attribute(&mut out, number, &key, Scalar::Int(int)),
                1 => write::attribute(&mut out, number, &key, Scalar::Double(double)),
                2 => write::attribute(&mut out, number, &key, Scalar::Bool(int > 0)),
                3 | 4 => write::nested(&mut out, number, |out| {
                    write::text(out, 1, &key);
                    write::nested(out, 2, |out| {
                        write::nested(out, if kind == 3 { 5 } else { 6 }, |out| match kind {
                            3 => {
                                write::nested(out, 1, |out| write::scalar(out, Scalar::Text(&text)))
                            }
                            _ => write::attribute(out, 1, &text, Scalar::Int(int)),
                        });
                    });
                }),
                _ => write::attribute(&mut out, number, &key, Scalar::Text(&text)),
            }
        }
        out
    })
}

proptest! {
    #[test]
    fn an_event_reads_back_as_it_was_written(
        name in "[a-z|{}\":0-9]{0,12}", attributes in attributes(3), dropped in 0_u32..3,
    ) {
        let mut message = Vec::new();
        write::text(&mut message, 2, &name);
        message.extend_from_slice(&attributes);
        write::varint(&mut message, 4, dropped.into());
        let text = event(&message);
        prop_assert_eq!(meaning(&span(11, &read(&text))), meaning(&span(11, &message)), "{}", text);
    }

    #[test]
    fn a_link_reads_back_as_it_was_written(
        state in "[a-z|{}\"=,]{0,12}", attributes in attributes(4), dropped in 0_u32..3, flags in 0_u32..3,
    ) {
        let mut message = Vec::new();
        write::bytes(&mut message, 1, &[0xa1; 16]);
        write::bytes(&mut message, 2, &[0xb2; 8]);
        write::text(&mut message, 3, &state);
        message.extend_from_slice(&attributes);
        write::varint(&mut message, 5, dropped.into());
        write::fixed32(&mut message, 6, flags);
        let text = link(&message);
        let mut out = Vec::new();
        prop_assert!(read_link(&text, &mut out), "{}", text);
        prop_assert_eq!(meaning(&span(13, &out)), meaning(&span(13, &message)), "{}", text);
    }

    #[test]
    fn any_text_is_an_event_and_perhaps_a_link(text in "[|{}\":0-9a,\\[\\]]{0,40}", any: String) {
        for text in [&text, &any] {
            meaning(&span(11, &read(text)));
            let mut out = Vec::new();
            if !read_link(text, &mut out) {
                prop_assert!(out.is_empty());
            }
        }
    }
}

#[test]
fn a_plain_event_is_its_name_and_a_full_one_is_what_the_collector_writes() {
    let mut message = Vec::new();
    write::text(&mut message, 2, "retry");
    assert_eq!(event(&message), "retry");
    write::attribute(&mut message, 3, "n", Scalar::Int(2));
    write::varint(&mut message, 4, 1);
    assert_eq!(event(&message), r#"retry|{"n":2}|1"#);
}

#[test]
fn a_link_without_flags_is_what_the_collector_writes() {
    let mut message = Vec::new();
    write::bytes(&mut message, 1, &[0xa1; 16]);
    write::bytes(&mut message, 2, &[0xb2; 8]);
    write::text(&mut message, 3, "k=v");
    let expected = "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1|b2b2b2b2b2b2b2b2|k=v|{}|0";
    assert_eq!(link(&message), expected);
    write::fixed32(&mut message, 6, 0x101);
    assert_eq!(link(&message), format!("{expected}|257"));
}

#[test]
fn values_that_nest_without_end_stay_text() {
    let deep = format!("n|{{\"k\":{}{}}}|0", "[".repeat(100), "]".repeat(100));
    let mut expected = Vec::new();
    write::text(&mut expected, 2, &deep);
    assert_eq!(read(&deep), expected);
}
