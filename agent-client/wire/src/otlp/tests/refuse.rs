//! What is not OTLP/JSON, and how it is said.

use super::decode::{span, traces, value};
use crate::otlp::json::decode;
use crate::otlp::{MAX_DEPTH, Signal};

const SPAN: &str = "resourceSpans[0].scopeSpans[0].spans[0]";

/// Asserts that `json` is refused at `path` for a reason that contains `reason`.
fn assert_refused(json: &str, path: &str, reason: &str) {
    let error = traces(json).expect_err(json);
    assert_eq!(error.path(), path, "{error}");
    assert!(error.reason().contains(reason), "{error}");
    assert_eq!(error.line(), 1, "{error}");
    assert!(error.column() > SPAN.len(), "{error}");
}

#[test]
fn a_wrong_field_is_said_with_its_place() {
    for (json, path, reason) in [
        (
            span(r#""kind":"SPAN_KIND_SERVER""#),
            ".kind",
            "names are not part of OTLP/JSON",
        ),
        (
            span(r#""kind":2.5"#),
            ".kind",
            "an enum value as an integer",
        ),
        (
            span(r#""kind":"2""#),
            ".kind",
            "an enum value as an integer",
        ),
        (span(r#""traceId":"123""#), ".traceId", "hex digits"),
        (span(r#""traceId":"zz""#), ".traceId", "hex digits"),
        (span(r#""traceId":"0x12""#), ".traceId", "hex digits"),
        (span(r#""name":7"#), ".name", "expected a string"),
        (span(r#""name":["a"]"#), ".name", "expected a string"),
        (
            span(r#""startTimeUnixNano":-1"#),
            ".startTimeUnixNano",
            "unsigned 64-bit",
        ),
        (
            span(r#""startTimeUnixNano":"18446744073709551616""#),
            ".startTimeUnixNano",
            "64-bit",
        ),
        (
            span(r#""startTimeUnixNano":" 1""#),
            ".startTimeUnixNano",
            "unsigned 64-bit",
        ),
        (
            span(r#""droppedLinksCount":4294967296"#),
            ".droppedLinksCount",
            "32-bit",
        ),
        (span(r#""status":[]"#), ".status", "an object (Status)"),
        (span(r#""events":{}"#), ".events", "expected a list"),
        (
            span(r#""events":[{},3]"#),
            ".events[1]",
            "an object (Span.Event)",
        ),
        (span(r#""name":"a","name":"b""#), ".name", "given twice"),
    ] {
        assert_refused(&json, &format!("{SPAN}{path}"), reason);
    }
}

#[test]
fn a_wrong_attribute_value_is_said_with_its_place() {
    for (json, key, reason) in [
        (value(r#"{"bytesValue":"*"}"#), "bytesValue", "base64"),
        (
            value(r#"{"boolValue":"true"}"#),
            "boolValue",
            "true or false",
        ),
        (value(r#"{"doubleValue":"inf"}"#), "doubleValue", "a number"),
        (
            value(r#"{"doubleValue":"1e999"}"#),
            "doubleValue",
            "a number",
        ),
        (value(r#"{"intValue":1.5}"#), "intValue", "64-bit integer"),
        (
            value(r#"{"intValue":"1","stringValue":""}"#),
            "stringValue",
            "only one",
        ),
    ] {
        let path = format!("{SPAN}.attributes[0].value.{key}");
        assert_refused(&json, &path, reason);
    }
}

#[test]
fn a_message_under_both_of_its_names_is_given_twice() {
    let json = r#"{"resourceSpans":[{"scopeSpans":[{"scope":{},"instrumentationLibrary":{}}]}]}"#;
    let path = "resourceSpans[0].scopeSpans[0].instrumentationLibrary";
    assert_refused(json, path, "given twice");
}

#[test]
fn text_that_is_no_json_is_refused_with_line_and_column() {
    let cases = [
        ("", 1, 0),
        ("{\n\"resourceSpans\": [", 2, 18),
        ("{} {}", 1, 4),
        ("{\"resourceSpans\":1e999}", 1, 22),
        ("[]", 1, 2),
    ];
    for (json, line, column) in cases {
        let error = traces(json).expect_err(json);
        assert_eq!((error.line(), error.column()), (line, column), "{error}");
    }
    assert!(decode(Signal::Traces, b"{\"resourceSpans\":\"\xff\"}").is_err());
}

#[test]
fn an_error_reads_as_one_sentence_and_quotes_little() {
    let error = traces(&span(r#""kind":"SERVER""#)).expect_err("a name");
    assert_eq!(
        error.to_string(),
        "line 1 column 59: invalid value: string \"SERVER\", expected an enum value as an integer \
         (names are not part of OTLP/JSON), in resourceSpans[0].scopeSpans[0].spans[0].kind"
    );
    let long = format!(r#""kind":"{}""#, "x".repeat(100_000));
    let error = traces(&span(&long)).expect_err("a name");
    assert!(error.to_string().len() < 400);
}

#[test]
fn messages_nest_64_deep_and_no_deeper() {
    // The value of an attribute lies at 6, the values of a list in it at 8.
    let nested = |lists: usize| {
        let open = r#"{"arrayValue":{"values":["#.repeat(lists);
        value(&format!("{open}{{}}{}", "]}}".repeat(lists)))
    };
    let fits = (MAX_DEPTH - 6) / 2;
    assert!(traces(&nested(fits)).is_ok());
    let error = traces(&nested(fits + 1)).expect_err("too deep");
    assert_eq!(error.reason(), "messages nest deeper than 64");
    // What is skipped has no limit.
    let ignored = format!(
        r#""unknown":{}{}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!(traces(&span(&ignored)).is_ok());
}
