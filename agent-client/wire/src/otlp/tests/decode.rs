use proptest::prelude::*;

use super::generate::{Style, requests, signals};
use super::oracle;
use crate::otlp::json::{JsonError, decode, encode};
use crate::otlp::{MAX_DEPTH, Signal};
use crate::protobuf::{Fields, Value};

/// Wraps the fields of one span into a request.
fn span(fields: &str) -> String {
    format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{{fields}}}]}}]}}]}}"#)
}

/// Wraps an `AnyValue` into a request.
fn value(value: &str) -> String {
    span(&format!(r#""attributes":[{{"key":"k","value":{value}}}]"#))
}

/// Wraps the fields of one metric into a request.
fn metric(fields: &str) -> String {
    format!(r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{{{fields}}}]}}]}}]}}"#)
}

fn traces(json: &str) -> Result<Vec<u8>, JsonError> {
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

#[test]
fn what_is_written_in_several_ways_reads_the_same() {
    let same = [
        // Ids in either case.
        (
            span(r#""traceId":"5B8EFFF7""#),
            span(r#""traceId":"5b8efff7""#),
        ),
        // Base64 of either alphabet, padded or not.
        (
            value(r#"{"bytesValue":"+/8="}"#),
            value(r#"{"bytesValue":"-_8"}"#),
        ),
        (
            value(r#"{"bytesValue":"+/8"}"#),
            value(r#"{"bytesValue":"-_8="}"#),
        ),
        // Integers as text, numbers, and numbers with a fraction of zero.
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
        // Doubles as text.
        (
            value(r#"{"doubleValue":"1.5"}"#),
            value(r#"{"doubleValue":1.5}"#),
        ),
        (
            value(r#"{"doubleValue":"5"}"#),
            value(r#"{"doubleValue":5}"#),
        ),
        // Escapes in keys and text.
        (span(r#""n\u0061me":"\u00e9""#), span("\"name\":\"\u{e9}\"")),
        // Defaults, absent or null.
        (
            span(r#""kind":0,"name":"","traceId":"","startTimeUnixNano":"0","events":[]"#),
            span(""),
        ),
        (
            span(
                r#""kind":null,"name":null,"traceId":null,"startTimeUnixNano":null,"events":null,
                 "attributes":null,"status":null,"droppedLinksCount":null"#,
            ),
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
        // Unknown keys, the original names of fields, and what only profiles carry.
        (
            span(r#""trace_id":"00","unknown":{"a":[1,{"b":null}]},"name":"x""#),
            span(r#""name":"x""#),
        ),
        (
            value(r#"{"stringValueStrindex":1,"intValue":"1"}"#),
            value(r#"{"intValue":"1"}"#),
        ),
        // Names from before OTLP 1.0.
        (
            r#"{"resourceSpans":[{"instrumentationLibrarySpans":[
                {"instrumentationLibrary":{"name":"l"},"spans":[{"name":"x"}]}]}]}"#
                .to_owned(),
            r#"{"resourceSpans":[{"scopeSpans":[{"scope":{"name":"l"},"spans":[{"name":"x"}]}]}]}"#
                .to_owned(),
        ),
        (
            r#"{"resourceSpans":[{"scopeSpans":[{}],"instrumentationLibrarySpans":[{}]}]}"#
                .to_owned(),
            r#"{"resourceSpans":[{"scopeSpans":[{},{}]}]}"#.to_owned(),
        ),
    ];
    for (one, other) in same {
        let read = traces(&one).unwrap_or_else(|error| panic!("{one}: {error}"));
        assert_eq!(Ok(read), traces(&other), "{one} {other}");
    }
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

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let spans = "resourceSpans[0].scopeSpans[0].spans[0]";
    let cases = [
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
        (
            value(r#"{"bytesValue":"*"}"#),
            ".attributes[0].value.bytesValue",
            "base64",
        ),
        (
            value(r#"{"boolValue":"true"}"#),
            ".attributes[0].value.boolValue",
            "true or false",
        ),
        (
            value(r#"{"doubleValue":"inf"}"#),
            ".attributes[0].value.doubleValue",
            "a number",
        ),
        (
            value(r#"{"doubleValue":"1e999"}"#),
            ".attributes[0].value.doubleValue",
            "a number",
        ),
        (
            value(r#"{"intValue":1.5}"#),
            ".attributes[0].value.intValue",
            "64-bit integer",
        ),
        (
            value(r#"{"intValue":"1","stringValue":""}"#),
            ".attributes[0].value.stringValue",
            "only one",
        ),
    ];
    for (json, path, reason) in cases {
        let error = traces(&json).expect_err(&json);
        assert_eq!(error.path(), format!("{spans}{path}"), "{error}");
        assert!(error.reason().contains(reason), "{error}");
        assert_eq!(error.line(), 1, "{error}");
        assert!(error.column() > 50, "{error}");
    }
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
