//! What is read, and what is refused.

use super::*;
use crate::zipkin::{Kind, Value};

fn one(fields: &str) -> Result<Span<'static>, ReadError> {
    let text = format!(r#"[{{"traceId":"a1","id":"b2"{fields}}}]"#);
    let text: &'static str = Box::leak(text.into_boxed_str());
    of_json(text).map(|mut spans| spans.remove(0))
}

#[test]
fn nothing_is_an_empty_list_in_every_format() {
    for text in ["", " \n", "[]", " [ ] "] {
        assert_eq!(of_json(text), Ok(vec![]), "{text:?}");
        assert_eq!(of_v1(text), Ok(vec![]), "{text:?}");
    }
    assert_eq!(of_proto3(&[]), Ok(vec![]));
    assert_eq!(of_thrift(&[]), Ok(vec![]));
    assert_eq!(of_thrift(&[0x0c, 0, 0, 0, 0]), Ok(vec![]));
}

#[test]
fn numbers_come_in_every_form() {
    for form in [
        "1544712660000000",
        "1.54471266e15",
        "1544712660000000.5",
        r#""1544712660000000""#,
    ] {
        let span = one(&format!(r#","timestamp":{form},"duration":{form}"#)).expect(form);
        assert_eq!(
            (span.timestamp, span.duration),
            (1_544_712_660_000_000, 1_544_712_660_000_000)
        );
    }
    let absent = one(r#","timestamp":-5,"duration":0"#).expect("absent");
    assert_eq!((absent.timestamp, absent.duration), (0, 0));
    let largest = one(r#","timestamp":18446744073709551615"#).expect("it fits");
    assert_eq!(largest.timestamp, u64::MAX);
}

#[test]
fn what_is_null_is_absent_and_what_is_unknown_is_ignored() {
    let nulls = [
        "parentId",
        "kind",
        "name",
        "timestamp",
        "duration",
        "localEndpoint",
        "remoteEndpoint",
        "annotations",
        "tags",
        "debug",
        "shared",
    ];
    let fields: String = nulls
        .iter()
        .map(|key| format!(r#","{key}":null"#))
        .collect();
    let plain = one("").expect("valid");
    assert_eq!(one(&fields), Ok(plain.clone()));
    let unknown = r#","x":{"y":[1,{}]},"localEndpoint":{"z":1,"port":null}"#;
    assert_eq!(one(unknown), Ok(plain));
}

#[test]
fn ids_are_padded_and_a_parent_that_is_no_other_span_is_none() {
    let span = one("").expect("valid");
    assert_eq!(
        const_hex::encode(span.trace_id),
        "000000000000000000000000000000a1"
    );
    assert_eq!(const_hex::encode(span.id), "00000000000000b2");
    for parent in ["", "0", "0000000000000000", "b2", "00000000000000B2"] {
        let span = one(&format!(r#","parentId":"{parent}""#)).expect(parent);
        assert_eq!(span.parent_id, None, "{parent}");
    }
    let child = one(r#","parentId":"1""#).expect("valid");
    assert_eq!(child.parent_id, Some([0, 0, 0, 0, 0, 0, 0, 1]));
}

#[test]
fn tags_keep_their_type_and_the_last_of_a_key_counts() {
    let span = one(r#","tags":{"a":"1","b":true,"c":2,"d":0.5,"e":"\n","a":"3","":""}"#);
    let span = span.expect("valid");
    let tags: Vec<_> = span
        .tags
        .iter()
        .map(|tag| (tag.key.as_ref(), tag.value.clone()))
        .collect();
    let expected = [
        ("b", Value::Bool(true)),
        ("c", Value::Int(2)),
        ("d", Value::Double(0.5)),
        ("e", Value::Text("\n".into())),
        ("a", Value::Text("3".into())),
        ("", Value::Text("".into())),
    ];
    assert_eq!(tags, expected);
}

#[test]
fn what_is_no_span_is_refused_with_its_place_in_the_list() {
    for (fields, expected) in [
        (r#","id":"0""#, "span 0: id must be"),
        (r#","id":"12345678901234567""#, "span 0: id must be"),
        (r#","id":7"#, "span 0: id must be"),
        (r#","traceId":"x""#, "span 0: traceId must be"),
        (r#","traceId":null"#, "span 0: traceId must be"),
        (r#","traceId":"00""#, "span 0: traceId must be"),
        (r#","parentId":"zz""#, "span 0: parentId must be"),
        (r#","kind":"client""#, "span 0: kind must be CLIENT"),
        (
            r#","timestamp":"soon""#,
            "span 0: timestamp must be a number",
        ),
        (r#","timestamp":true"#, "span 0: timestamp must be a number"),
        (r#","shared":1"#, "span 0: shared must be true or false"),
        (r#","tags":{"k":null}"#, "span 0: the tag `k` has no value"),
        (
            r#","tags":{"k":{}}"#,
            "span 0: invalid type: map, expected text",
        ),
        (
            r#","tags":[]"#,
            "span 0: invalid type: sequence, expected tags",
        ),
        (
            r#","annotations":{}"#,
            "span 0: invalid type: map, expected a list of annotations",
        ),
        (
            r#","annotations":[1]"#,
            "span 0: invalid type: integer `1`, expected one annotation",
        ),
        (
            r#","localEndpoint":"x""#,
            "span 0: invalid type: string \"x\", expected an endpoint",
        ),
        (
            r#","binaryAnnotations":[]"#,
            "span 0: `binaryAnnotations` is of Zipkin v1",
        ),
        (
            r#","annotations":[{"endpoint":{}}]"#,
            "span 0: `endpoint` is of Zipkin v1",
        ),
    ] {
        let error = one(fields).expect_err(fields).to_string();
        assert!(error.starts_with(expected), "{fields}: {error}");
    }
    for text in [
        "{}",
        "[1]",
        "[{}]",
        "[",
        "[] []",
        r#"[{"traceId":"a","id":"b"},{}]"#,
    ] {
        assert!(
            matches!(of_json(text), Err(ReadError::Invalid(_))),
            "{text}"
        );
    }
    for key in ["kind", "tags", "localEndpoint", "remoteEndpoint"] {
        let text = format!(r#"[{{"{key}":null}}]"#);
        let error = of_v1(&text).expect_err(key).to_string();
        assert!(error.contains("is of Zipkin v2"), "{error}");
    }
}

#[test]
fn there_is_an_end_to_spans_tags_and_annotations() {
    let limits = Limits {
        max_spans: 2,
        max_children: 2,
    };
    let read = |text: &str| json::read(text, &limits, |_| {});
    let span = r#"{"traceId":"a","id":"b"}"#;
    assert_eq!(read(&format!("[{span},{span}]")), Ok(()));
    let spans = format!("[{span},{span},{span}]");
    assert_eq!(read(&spans), Err(ReadError::TooManySpans(2)));
    let tags = r#"[{"traceId":"a","id":"b","tags":{"a":"","b":"","c":""}}]"#;
    assert_eq!(read(tags), Err(ReadError::TooManyChildren(2)));
    let annotations = r#"[{"traceId":"a","id":"b","annotations":[{},{},{}]}]"#;
    assert_eq!(read(annotations), Err(ReadError::TooManyChildren(2)));
    let v1 = v1::read_json(annotations, &limits, |_| {});
    assert_eq!(v1, Err(ReadError::TooManyChildren(2)));

    let two = of_json(tags).expect("valid");
    let mut list = Vec::new();
    proto3::push(&mut list, &two[0]);
    let read = proto3::read(&list, &limits, |_| {});
    assert_eq!(read, Err(ReadError::TooManyChildren(2)));
    let list = list.repeat(3);
    let few = Limits {
        max_children: 3,
        ..limits
    };
    assert_eq!(
        proto3::read(&list, &few, |_| {}),
        Err(ReadError::TooManySpans(2))
    );
}

#[test]
fn protobuf_that_says_something_else_is_refused() {
    for (bytes, expected) in [
        (&[0x0a, 0x00][..], "span 0: trace_id must have"),
        (&[0x0a, 0x02, 0x0a, 0x00], "span 0: trace_id must have"),
        (
            &[0x0a, 0x03, 0x0a, 0x01, 0x01],
            "span 0: trace_id must have",
        ),
        (&[0x0a, 0x02, 0x20, 0x05], "span 0: kind must be"),
        (
            &[0x0a, 0x02, 0x28, 0x05],
            "span 0: field 5 has the wrong wire type",
        ),
        (
            &[0x0a, 0x03, 0x2a, 0x01, 0xff],
            "span 0: the text in field 5 is not utf-8",
        ),
        (&[0x10, 0x00, 0x0a], "malformed protobuf"),
        (&[0x10, 0x00, 0x0f], "malformed protobuf"),
    ] {
        let error = of_proto3(bytes).expect_err("invalid").to_string();
        assert!(error.starts_with(expected), "{bytes:x?}: {error}");
    }
}

#[test]
fn thrift_that_says_something_else_is_refused() {
    for (bytes, expected) in [
        (
            &[0x0b, 0, 0, 0, 1, 0, 0, 0, 0][..],
            "a list that should be of structs is not",
        ),
        (
            &[0x0c, 0, 0, 0, 1, 0],
            "span 0: the trace id is zero or missing",
        ),
        (&[0x0c, 0, 0, 0, 0, 0], "there is something behind the list"),
        (&[0x0c, 0x7f, 0xff, 0xff, 0xff], "malformed thrift"),
        (&[0x0c, 0xff, 0xff, 0xff, 0xff], "malformed thrift"),
    ] {
        let error = of_thrift(bytes).expect_err("invalid").to_string();
        assert!(error.starts_with(expected), "{bytes:x?}: {error}");
    }
}

#[test]
fn every_kind_has_its_name_and_number() {
    for (kind, name, number) in [
        (Kind::Client, "CLIENT", 1),
        (Kind::Server, "SERVER", 2),
        (Kind::Producer, "PRODUCER", 3),
        (Kind::Consumer, "CONSUMER", 4),
    ] {
        assert_eq!((kind.name(), kind.number()), (name, number));
        let span = one(&format!(r#","kind":"{name}""#)).expect(name);
        assert_eq!(span.kind, Some(kind));
        let mut list = Vec::new();
        proto3::push(&mut list, &span);
        assert_eq!(of_proto3(&list), Ok(vec![span]));
    }
}
