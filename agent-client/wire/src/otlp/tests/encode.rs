use proptest::prelude::*;

use super::generate::{Style, UNLIMITED, requests, signals};
use super::oracle;
use crate::otlp::json::{decode, encode};
use crate::otlp::write::{Scalar, attribute, nested};
use crate::otlp::{CheckError, Signal, check};
use crate::protobuf::{put_bytes, put_varint};

/// Encodes a request of one span that `span` writes, and cuts the span out.
fn span(span: impl FnOnce(&mut Vec<u8>)) -> Result<String, CheckError> {
    let mut request = Vec::new();
    nested(&mut request, 1, |out| {
        nested(out, 2, |out| nested(out, 2, span))
    });
    let json = encode(Signal::Traces, &request)?;
    let span = json
        .strip_prefix(r#"{"resourceSpans":[{"scopeSpans":[{"spans":["#)
        .and_then(|rest| rest.strip_suffix("]}]}]}"));
    Ok(span.expect("one span").to_owned())
}

fn value(value: Scalar<'_>) -> String {
    let json = span(|out| attribute(out, 9, "k", value)).expect("valid");
    let value = json
        .strip_prefix(r#"{"attributes":[{"key":"k","value":"#)
        .and_then(|rest| rest.strip_suffix("}]}"));
    value.expect("one attribute").to_owned()
}

#[test]
fn every_kind_of_value_has_its_form() {
    let cases = [
        (Scalar::Text(""), r#"{"stringValue":""}"#),
        (Scalar::Bool(false), r#"{"boolValue":false}"#),
        (Scalar::Int(0), r#"{"intValue":"0"}"#),
        (
            Scalar::Int(i64::MIN),
            r#"{"intValue":"-9223372036854775808"}"#,
        ),
        (Scalar::Bytes(b"\xfb\xff"), r#"{"bytesValue":"+/8="}"#),
        (Scalar::Double(0.0), r#"{"doubleValue":0.0}"#),
        (Scalar::Double(1e300), r#"{"doubleValue":1e300}"#),
        (Scalar::Double(-0.1), r#"{"doubleValue":-0.1}"#),
        (Scalar::Double(f64::NAN), r#"{"doubleValue":"NaN"}"#),
        (
            Scalar::Double(f64::INFINITY),
            r#"{"doubleValue":"Infinity"}"#,
        ),
        (
            Scalar::Double(f64::NEG_INFINITY),
            r#"{"doubleValue":"-Infinity"}"#,
        ),
    ];
    for (scalar, json) in cases {
        assert_eq!(value(scalar), json);
    }
}

#[test]
fn defaults_are_left_out_and_present_messages_are_not() {
    let json = span(|span| {
        put_bytes(span, 1, b"");
        put_bytes(span, 5, b"");
        put_varint(span, 6 << 3);
        put_varint(span, 0);
        put_bytes(span, 15, b"");
    });
    assert_eq!(json.as_deref(), Ok(r#"{"status":{}}"#));
}

#[test]
fn unknown_fields_are_left_out() {
    let json = span(|span| {
        put_bytes(span, 99, b"?");
        put_bytes(span, 5, b"x");
    });
    assert_eq!(json.as_deref(), Ok(r#"{"name":"x"}"#));
}

#[test]
fn what_only_profiles_carry_is_left_out_and_replaces_nothing() {
    let json = span(|span| {
        nested(span, 9, |pair| {
            put_bytes(pair, 1, b"k");
            put_bytes(pair, 2, b"\x0a\x01a\x40\x05");
            pair.extend([0x18, 0x07]);
        });
    });
    let expected = r#"{"attributes":[{"key":"k","value":{"stringValue":"a"}}]}"#;
    assert_eq!(json.as_deref(), Ok(expected));
    // A message that comes in two pieces is put together with such a field in between as well.
    let json = span(|span| {
        nested(span, 9, |pair| {
            put_bytes(
                pair,
                2,
                b"\x2a\x04\x0a\x02\x18\x01\x40\x05\x2a\x04\x0a\x02\x18\x02",
            );
        });
    });
    let expected = r#"{"attributes":[{"value":{"arrayValue":{"values":[{"intValue":"1"},{"intValue":"2"}]}}}]}"#;
    assert_eq!(json.as_deref(), Ok(expected));
}

#[test]
fn of_a_field_given_twice_the_last_counts_and_messages_merge() {
    let json = span(|span| {
        put_bytes(span, 5, b"first");
        put_bytes(span, 9, b"\x0a\x01a");
        put_bytes(span, 15, b"\x12\x01m\x18\x01");
        put_bytes(span, 5, b"last");
        put_bytes(span, 9, b"\x0a\x01b");
        put_bytes(span, 15, b"\x18\x02");
    });
    let expected = r#"{"name":"last","attributes":[{"key":"a"},{"key":"b"}],"status":{"message":"m","code":2}}"#;
    assert_eq!(json.as_deref(), Ok(expected));
}

#[test]
fn of_a_oneof_the_last_member_counts() {
    let any_value = |bytes: &[u8]| {
        let json = span(|span| nested(span, 9, |out| put_bytes(out, 2, bytes))).expect("valid");
        let value = json
            .strip_prefix(r#"{"attributes":[{"value":"#)
            .and_then(|rest| rest.strip_suffix("}]}"));
        value.expect("one attribute").to_owned()
    };
    assert_eq!(any_value(b"\x0a\x01a\x18\x05"), r#"{"intValue":"5"}"#);
    assert_eq!(any_value(b"\x18\x05\x0a\x01a"), r#"{"stringValue":"a"}"#);
    // A list, replaced by a number, replaced by a list.
    assert_eq!(
        any_value(b"\x2a\x04\x0a\x02\x18\x01\x18\x05\x2a\x04\x0a\x02\x18\x02"),
        r#"{"arrayValue":{"values":[{"intValue":"2"}]}}"#
    );
}

#[test]
fn what_cannot_be_written_is_an_error() {
    let text = span(|span| put_bytes(span, 5, b"\xff"));
    assert_eq!(text, Err(CheckError::Utf8(5)));
    let wire_type = span(|span| put_bytes(span, 6, b"1"));
    assert_eq!(wire_type, Err(CheckError::WireType(6)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_request_reads_back_as_the_same_bytes((signal, request) in requests(Style::Clean)) {
        let request = oracle::canonical(signal, &request).expect("valid");
        let json = encode(signal, &request).expect("valid");
        prop_assert!(!json.contains('\n'));
        prop_assert_eq!(decode(signal, json.as_bytes()), Ok(request), "{}", json);
    }

    #[test]
    fn a_request_in_pieces_reads_back_as_decoders_read_it(
        (signal, request) in requests(Style::Messy),
    ) {
        let json = encode(signal, &request).expect("valid");
        let read = decode(signal, json.as_bytes()).expect("our own text");
        let read = oracle::canonical(signal, &read).expect("valid");
        prop_assert_eq!(read, oracle::canonical(signal, &request).expect("valid"));
    }

    #[test]
    fn the_other_implementation_reads_what_we_write((signal, request) in requests(Style::Finite)) {
        let request = oracle::canonical(signal, &request).expect("valid");
        let mut json = serde_json::from_str(&encode(signal, &request).expect("valid")).expect("JSON");
        oracle::complete(&mut json);
        let json = json.to_string();
        let read = oracle::from_json(signal, &json).map_err(|error| error.to_string());
        prop_assert_eq!(read, Ok(request), "{}", json);
    }

    #[test]
    fn any_text_is_escaped_onto_one_line(text: String) {
        let json = value(Scalar::Text(&text));
        let read: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        prop_assert_eq!(&read["stringValue"], &text);
        prop_assert!(!json.contains(|c: char| c < ' '));
    }

    #[test]
    fn any_bytes_give_a_verdict(signal in signals(), bytes: Vec<u8>) {
        let written = encode(signal, &bytes);
        if check(signal, &bytes, &UNLIMITED).is_ok() {
            prop_assert!(written.is_ok());
        }
    }
}
