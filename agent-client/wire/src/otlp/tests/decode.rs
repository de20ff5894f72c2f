use proptest::prelude::*;

use super::generate::{Style, requests, signals};
use super::oracle;
use crate::otlp::Signal;
use crate::otlp::json::{JsonError, decode, encode};
use crate::protobuf::{Fields, Value};

/// Wraps the fields of one span into a request.
pub(super) fn span(fields: &str) -> String {
    format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{{fields}}}]}}]}}]}}"#)
}

/// Wraps an `AnyValue` into a request.
pub(super) fn value(value: &str) -> String {
    span(&format!(r#""attributes":[{{"key":"k","value":{value}}}]"#))
}

/// Wraps the fields of one metric into a request.
fn metric(fields: &str) -> String {
    format!(r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{{{fields}}}]}}]}}]}}"#)
}

pub(super) fn traces(json: &str) -> Result<Vec<u8>, JsonError> {
    decode(Signal::Traces, json.as_bytes())
}

/// Follows field numbers into nested messages.
fn inside(mut message: &[u8], path: &[u32]) -> Vec<u8> {
    for number in path {
        let field = Fields::new(message)
            .map(|field| field.expect("valid"))
            .find(|field| field.number == *number);
        let Some(Value::Bytes(inner)) = field.map(|field| field.value) else {
            panic!("no message in field {number}")
        };
        message = inner;
    }
    message.to_vec()
}

/// Asserts that the two texts of each pair read as the same request.
fn assert_same(pairs: &[(String, String)]) {
    for (one, other) in pairs {
        let read = traces(one).unwrap_or_else(|error| panic!("{one}: {error}"));
        assert_eq!(Ok(read), traces(other), "{one} {other}");
    }
}

#[test]
fn bytes_are_read_in_every_form() {
    assert_same(&[
        (
            span(r#""traceId":"5B8EFFF7""#),
            span(r#""traceId":"5b8efff7""#),
        ),
        (
            value(r#"{"bytesValue":"+/8="}"#),
            value(r#"{"bytesValue":"-_8"}"#),
        ),
        (
            value(r#"{"bytesValue":"+/8"}"#),
            value(r#"{"bytesValue":"-_8="}"#),
        ),
        (span(r#""n\u0061me":"\u00e9""#), span("\"name\":\"\u{e9}\"")),
    ]);
    let request = traces(&value(r#"{"bytesValue":"-_8"}"#)).expect("valid");
    assert_eq!(inside(&request, &[1, 2, 2, 9, 2, 7]), [0xfb, 0xff]);
}

#[test]
fn numbers_are_read_as_numbers_and_text() {
    assert_same(&[
        (
            span(r#""startTimeUnixNano":"18446744073709551615""#),
            span(r#""startTimeUnixNano":18446744073709551615"#),
        ),
        (
            value(r#"{"intValue":"-9223372036854775808"}"#),
            value(r#"{"intValue":-9223372036854775808}"#),
        ),
        (
            value(r#"{"intValue":"1e3"}"#),
            value(r#"{"intValue":1000.0}"#),
        ),
        (span(r#""flags":"256""#), span(r#""flags":256"#)),
        (
            value(r#"{"doubleValue":"1.5"}"#),
            value(r#"{"doubleValue":1.5}"#),
        ),
        (
            value(r#"{"doubleValue":"5"}"#),
            value(r#"{"doubleValue":5}"#),
        ),
    ]);
}

#[test]
fn a_default_and_null_are_as_good_as_nothing() {
    assert_same(&[
        (
            span(r#""kind":0,"name":"","traceId":"","startTimeUnixNano":"0","events":[]"#),
            span(""),
        ),
        (
            span(r#""kind":null,"name":null,"traceId":null,"startTimeUnixNano":null"#),
            span(""),
        ),
        (
            span(r#""events":null,"status":null,"droppedLinksCount":null"#),
            span(""),
        ),
        (value("null"), span(r#""attributes":[{"key":"k"}]"#)),
        (value(r#"{"stringValue":null}"#), value("{}")),
        (
            value(r#"{"stringValue":null,"intValue":"1"}"#),
            value(r#"{"intValue":"1"}"#),
        ),
        (
            value(r#"{"arrayValue":{"values":null}}"#),
            value(r#"{"arrayValue":{}}"#),
        ),
        (
            value(r#"{"arrayValue":{"values":[null]}}"#),
            value(r#"{"arrayValue":{"values":[{}]}}"#),
        ),
        (r#"{"resourceSpans":null}"#.to_owned(), "null".to_owned()),
    ]);
    let request = traces(&span(r#""attributes":[{"value":{}}]"#)).expect("a pair without a key");
    assert_eq!(inside(&request, &[1, 2, 2, 9]), [0x12, 0x00]);
}

#[test]
fn unknown_keys_are_skipped_the_original_names_of_fields_among_them() {
    assert_same(&[
        (
            span(r#""trace_id":"00","unknown":{"a":[1,{"b":null}]},"name":"x""#),
            span(r#""name":"x""#),
        ),
        (
            value(r#"{"stringValueStrindex":1,"intValue":"1"}"#),
            value(r#"{"intValue":"1"}"#),
        ),
    ]);
}

#[test]
fn names_from_before_1_0_are_read() {
    let spans = |scopes: &str, scope: &str| {
        format!(
            r#"{{"resourceSpans":[{{"{scopes}":[{{"{scope}":{{"name":"l"}},"spans":[{{}}]}}]}}]}}"#
        )
    };
    let both = r#"{"resourceSpans":[{"scopeSpans":[{}],"instrumentationLibrarySpans":[{}]}]}"#;
    assert_same(&[
        (
            spans("instrumentationLibrarySpans", "instrumentationLibrary"),
            spans("scopeSpans", "scope"),
        ),
        (
            both.to_owned(),
            r#"{"resourceSpans":[{"scopeSpans":[{},{}]}]}"#.to_owned(),
        ),
    ]);
}

#[test]
fn legacy_names_of_metrics_and_logs_are_read() {
    let cases = [
        (
            Signal::Metrics,
            "resourceMetrics",
            "instrumentationLibraryMetrics",
            "metrics",
        ),
        (
            Signal::Logs,
            "resourceLogs",
            "instrumentationLibraryLogs",
            "logs",
        ),
        (Signal::Logs, "resourceLogs", "scopeLogs", "logRecords"),
    ];
    for (signal, resources, scopes, items) in cases {
        let json = format!(r#"{{"{resources}":[{{"{scopes}":[{{"{items}":[{{}}]}}]}}]}}"#);
        let read = decode(signal, json.as_bytes());
        assert_eq!(read, Ok(vec![0x0a, 0x04, 0x12, 0x02, 0x12, 0x00]), "{json}");
    }
}

#[test]
fn presence_in_a_oneof_is_kept() {
    let any_value = [1, 2, 2, 9, 2];
    let cases: [(&str, &[u8]); 8] = [
        (r#"{"intValue":"0"}"#, &[0x18, 0]),
        (r#"{"boolValue":false}"#, &[0x10, 0]),
        (r#"{"stringValue":""}"#, &[0x0a, 0]),
        (r#"{"bytesValue":""}"#, &[0x3a, 0]),
        (r#"{"doubleValue":0}"#, &[0x21, 0, 0, 0, 0, 0, 0, 0, 0]),
        (r#"{"arrayValue":{}}"#, &[0x2a, 0]),
        (r#"{"kvlistValue":{"values":[]}}"#, &[0x32, 0]),
        ("{}", &[]),
    ];
    for (json, expected) in cases {
        let request = traces(&value(json)).expect("valid");
        assert_eq!(inside(&request, &any_value), expected, "{json}");
    }
}

#[test]
fn numbers_of_metrics_are_written_as_their_types_demand() {
    let json = metric(
        r#""exponentialHistogram":{"dataPoints":[{"scale":-1,"sum":0,"flags":4294967295,
            "positive":{"offset":2,"bucketCounts":["1",300]},"min":"-Infinity","count":"7"}]}"#,
    );
    let request = decode(Signal::Metrics, json.as_bytes()).expect("valid");
    let point = inside(&request, &[1, 2, 2, 10, 1]);
    let expected: &[&[u8]] = &[
        &[0x30, 1],
        &[0x29, 0, 0, 0, 0, 0, 0, 0, 0],
        &[0x50, 0xff, 0xff, 0xff, 0xff, 0x0f],
        &[0x42, 7, 0x08, 4, 0x12, 3, 1, 0xac, 0x02],
        &[0x61, 0, 0, 0, 0, 0, 0, 0xf0, 0xff],
        &[0x21, 7, 0, 0, 0, 0, 0, 0, 0],
    ];
    assert_eq!(point, expected.concat());
}

proptest! {
    #[test]
    fn what_the_other_implementation_writes_is_read_as_it_was(
        (signal, request) in requests(Style::Finite),
    ) {
        let request = oracle::canonical(signal, &request).expect("valid");
        let json = oracle::to_json(signal, &request);
        let read = decode(signal, json.as_bytes());
        let read = read.map(|bytes| oracle::canonical(signal, &bytes).expect("valid"));
        prop_assert_eq!(read, Ok(request), "{}", json);
    }

    #[test]
    fn any_text_gives_a_verdict(signal in signals(), text: String) {
        let _verdict = decode(signal, text.as_bytes());
    }

    /// What is read from damaged text is a valid request, and reads the same when written again.
    #[test]
    fn damaged_text_gives_an_error_or_a_valid_request(
        (signal, request) in requests(Style::Clean),
        at: prop::sample::Index,
        byte: u8,
    ) {
        let mut json = encode(signal, &request).expect("valid").into_bytes();
        let at = at.index(json.len());
        json[at] = byte;
        if let Ok(read) = decode(signal, &json) {
            prop_assert!(oracle::canonical(signal, &read).is_ok());
            let again = encode(signal, &read).expect("valid");
            prop_assert_eq!(decode(signal, again.as_bytes()), Ok(read));
        }
    }
}
