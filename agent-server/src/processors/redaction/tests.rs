//! What stays, goes and is masked.

use std::sync::Arc;

use bytes::Bytes;
use campanile_wire::otlp::view::{Attributes, resource_logs, resource_spans};
use campanile_wire::otlp::write::{self, Scalar};
use campanile_wire::otlp::{Limits, Signal};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::RedactionFactory;
use crate::component::{Context, Entry, Processing, Processor, Shared};
use crate::payload::Payload;

fn entry() -> Entry<Processing> {
    Entry::of::<RedactionFactory>()
}

fn processor(config: &Value) -> Arc<dyn Processor> {
    let context = Context {
        id: "redaction".parse().expect("an id"),
        shared: Shared::default(),
    };
    match entry().configure(config).expect("valid").build(context) {
        Ok(Processing::Step(step)) => step,
        other => panic!("{other:?}"),
    }
}

/// A span with these attributes, an event and a link with the same, below a resource with them.
fn span(attributes: &[(&str, Scalar<'_>)]) -> Payload {
    let put = |out: &mut Vec<u8>, field: u32| {
        for (key, value) in attributes {
            write::attribute(out, field, key, *value);
        }
    };
    let mut request = Vec::new();
    write::nested(&mut request, 1, |resource_spans| {
        write::nested(resource_spans, 1, |resource| put(resource, 1));
        write::nested(resource_spans, 2, |scope_spans| {
            write::nested(scope_spans, 2, |span| {
                write::bytes(span, 1, &[0xa1; 16]);
                write::bytes(span, 2, &[0xb2; 8]);
                put(span, 9);
                write::nested(span, 11, |event| put(event, 3));
                write::nested(span, 13, |link| put(link, 4));
            });
        });
    });
    Payload::parse_deep(Signal::Traces, Bytes::from(request), &Limits::default()).expect("valid")
}

fn shown(attributes: Attributes<'_>) -> Vec<String> {
    let shown = attributes
        .iter()
        .map(|(key, value)| format!("{key}={value}"));
    shown.collect()
}

/// The attributes of the span after processing; those of the resource, the event and the link are
/// the same.
fn redacted(config: &Value, attributes: &[(&str, Scalar<'_>)]) -> Vec<String> {
    let after = processor(config)
        .process(span(attributes))
        .expect("taken")
        .expect("left");
    let bytes = after.bytes().clone();
    Payload::parse_deep(Signal::Traces, bytes.clone(), &Limits::default()).expect("valid");
    let resource = resource_spans(&bytes).next().expect("one");
    let span = resource
        .scope_spans()
        .next()
        .expect("one")
        .spans()
        .next()
        .expect("one");
    let of_span = shown(span.attributes());
    assert_eq!(shown(resource.resource().attributes()), of_span);
    assert_eq!(
        shown(span.events().next().expect("one").attributes()),
        of_span
    );
    assert_eq!(
        shown(span.links().next().expect("one").attributes()),
        of_span
    );
    of_span
}

const CARD: &str = "paid with 4111111111111111 today";

#[test]
fn keys_that_are_not_allowed_go_and_ignored_ones_stay_as_they_are() {
    let config = json!({
        "allowed_keys": ["a"], "ignored_keys": ["i"], "ignored_key_patterns": ["^safe\\."],
        "blocked_values": ["[0-9]+"]
    });
    let attributes = [
        ("a", Scalar::Text("x 1")),
        ("b", Scalar::Text("y")),
        ("i", Scalar::Text("z 2")),
        ("safe.c", Scalar::Text("3")),
    ];
    assert_eq!(
        redacted(&config, &attributes),
        ["a=x ****", "i=z 2", "safe.c=3"]
    );
    assert_eq!(redacted(&json!({}), &attributes), [""; 0]);
}

#[test]
fn values_are_masked_where_they_match_and_whole_where_their_key_does() {
    let config = json!({
        "allow_all_keys": true, "blocked_key_patterns": [".*token.*"],
        "blocked_values": ["4[0-9]{12}(?:[0-9]{3})?"], "allowed_values": [".+@mine.example"]
    });
    let attributes = [
        ("card", Scalar::Text(CARD)),
        ("my_token", Scalar::Int(42)),
        ("token_of", Scalar::Text("me@mine.example")),
        ("number", Scalar::Int(4_111_111_111_111_111)),
    ];
    let expected = [
        "card=paid with **** today",
        "my_token=****",
        "token_of=me@mine.example",
        "number=4111111111111111",
    ];
    assert_eq!(redacted(&config, &attributes), expected);
}

#[test]
fn every_type_is_looked_at_when_that_is_asked_for() {
    let config =
        json!({"allow_all_keys": true, "redact_all_types": true, "blocked_values": ["411+"]});
    let attributes = [("number", Scalar::Int(41_111)), ("other", Scalar::Int(5))];
    assert_eq!(redacted(&config, &attributes), ["number=****", "other=5"]);
}

#[test]
fn digests_stand_in_place_of_what_is_masked() {
    // Computed with the tools of the system: md5sum, sha1sum, openssl.
    for (function, digest) in [
        ("md5", "900150983cd24fb0d6963f7d28e17f72"),
        ("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "sha3",
            "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
        ),
        (
            "hmac-sha256",
            "9c196e32dc0175f86f4b1cb89289d6619de6bee699e4c378e68309ed97a1a6ab",
        ),
        (
            "hmac-sha512",
            "3926a207c8c42b0c41792cbd3e1a1aaaf5f7a25704f62dfc939c4987dd7ce060\
             009c5bb1c2447355b3216f10b537e9afa7b64a4e5391b0d631172d07939e087a",
        ),
    ] {
        let config = json!({
            "allow_all_keys": true, "blocked_values": ["abc"], "hash_function": function,
            "hmac_key": "key"
        });
        let expected = [format!("k=<{digest}>")];
        assert_eq!(
            redacted(&config, &[("k", Scalar::Text("<abc>"))]),
            expected,
            "{function}"
        );
    }
}

#[test]
fn the_summary_says_what_was_done_as_loudly_as_it_is_asked() {
    let attributes = [
        ("a", Scalar::Text("1")),
        ("b", Scalar::Text("y")),
        ("c", Scalar::Text("z")),
        ("d", Scalar::Text("fine 1")),
        ("i", Scalar::Text("1")),
    ];
    let counts = [
        "redaction.redacted.count=1",
        "redaction.masked.count=1",
        "redaction.allowed.count=1",
        "redaction.ignored.count=1",
    ];
    let left = ["a=****", "c=z", "d=fine 1", "i=1"];
    assert_eq!(redacted(&telling("silent"), &attributes), left);
    assert_eq!(
        redacted(&telling("info"), &attributes),
        [&left[..], &counts].concat()
    );
    let debug = redacted(&telling("debug"), &attributes);
    for keys in [
        "redaction.redacted.keys=b",
        "redaction.masked.keys=a",
        "redaction.allowed.keys=d",
    ] {
        assert!(
            debug.iter().any(|shown| shown == keys),
            "{keys} in {debug:?}"
        );
    }
}

/// Allows `a`, `c` and `d`, ignores `i`, masks `1`, and lets what is fine pass.
fn telling(summary: &str) -> Value {
    json!({"allowed_keys": ["d", "c", "a"], "ignored_keys": ["i"], "blocked_values": ["1"],
           "allowed_values": ["fine"], "summary": summary})
}

#[test]
fn a_second_step_leaves_the_summary_and_adds_to_it() {
    let attributes = [
        ("a", Scalar::Text("1")),
        ("b", Scalar::Text("y")),
        ("redaction.masked.count", Scalar::Int(2)),
        ("redaction.masked.keys", Scalar::Text("x,z")),
        ("redaction.other", Scalar::Text("z")),
    ];
    let expected = [
        "a=****",
        "redaction.masked.count=3",
        "redaction.masked.keys=a,x,z",
        "redaction.redacted.keys=b,redaction.other",
        "redaction.redacted.count=2",
    ];
    assert_eq!(redacted(&telling("debug"), &attributes), expected);
}

/// The body and the attributes of a log record with this body after processing.
fn of_log(config: &Value, body: impl FnOnce(&mut Vec<u8>)) -> (String, Vec<String>) {
    let mut request = Vec::new();
    write::nested(&mut request, 1, |resource_logs| {
        write::nested(resource_logs, 2, |scope_logs| {
            write::nested(scope_logs, 2, |record| write::nested(record, 5, body));
        });
    });
    let payload = Payload::parse_deep(Signal::Logs, Bytes::from(request), &Limits::default());
    let after = processor(config)
        .process(payload.expect("valid"))
        .expect("taken")
        .expect("left");
    let bytes = after.bytes().clone();
    Payload::parse_deep(Signal::Logs, bytes.clone(), &Limits::default()).expect("valid");
    let record = resource_logs(&bytes).next().expect("one");
    let scope_logs = record.scope_logs().next().expect("one");
    let record = scope_logs.records().next().expect("one");
    (record.body().to_string(), shown(record.attributes()))
}

#[test]
fn the_text_of_a_log_record_is_masked_too() {
    let config = json!({"allow_all_keys": true, "blocked_values": ["4[0-9]{15}"],
                        "summary": "debug"});
    let (body, said) = of_log(&config, |body| write::scalar(body, Scalar::Text(CARD)));
    assert_eq!(body, "paid with **** today");
    assert_eq!(
        said,
        [
            "redaction.body.masked.keys=body",
            "redaction.body.masked.count=1"
        ]
    );
}

#[test]
fn what_is_inside_the_body_of_a_log_record_goes_and_is_masked_at_any_depth() {
    let config = json!({
        "allowed_keys": ["user", "cards", "pin", "left"], "ignored_keys": ["raw"],
        "blocked_key_patterns": ["^pin$"], "blocked_values": ["4[0-9]{15}"], "summary": "debug"
    });
    // {"user": {"name": .., "cards": [.., 7], "pin": 1234}, "raw": .., "left": true}
    let (body, said) = of_log(&config, |body| {
        write::nested(body, 6, |map| {
            entry_of(map, "user", |user| {
                write::nested(user, 6, |map| {
                    write::attribute(map, 1, "name", Scalar::Text("Ada"));
                    entry_of(map, "cards", |cards| {
                        write::nested(cards, 5, |list| {
                            write::nested(list, 1, |out| write::scalar(out, Scalar::Text(CARD)));
                            write::nested(list, 1, |out| write::scalar(out, Scalar::Int(7)));
                        });
                    });
                    write::attribute(map, 1, "pin", Scalar::Int(1234));
                });
            });
            write::attribute(map, 1, "raw", Scalar::Text(CARD));
            write::attribute(map, 1, "left", Scalar::Bool(true));
        });
    });
    let expected = json!({
        "user": {"cards": ["paid with **** today", 7], "pin": "****"}, "raw": CARD, "left": true
    });
    let body: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(body, expected);
    let expected = [
        "redaction.body.redacted.keys=user.name",
        "redaction.body.redacted.count=1",
        "redaction.body.masked.keys=user.cards.[0],user.pin",
        "redaction.body.masked.count=2",
        "redaction.body.ignored.count=1",
    ];
    assert_eq!(said, expected);
}

fn entry_of(map: &mut Vec<u8>, key: &str, value: impl FnOnce(&mut Vec<u8>)) {
    write::nested(map, 1, |pair| {
        write::text(pair, 1, key);
        write::nested(pair, 2, value);
    });
}

#[test]
fn what_is_wrong_is_found_at_its_key() {
    let config = json!({
        "blocked_values": ["ok", "("], "hash_function": "hmac-sha512", "url_sanitizer": {}
    });
    let wrong = entry().configure(&config).map(drop).expect_err("wrong");
    let keys: Vec<_> = wrong.iter().map(|invalid| invalid.key.as_str()).collect();
    assert_eq!(keys, ["url_sanitizer", "blocked_values[1]", "hmac_key"]);
}

proptest! {
    #[test]
    fn nothing_that_is_blocked_is_left_and_what_is_left_is_valid(
        texts in prop::collection::vec("[a-c0-9]{0,12}", 0..6)
    ) {
        let config = json!({"allow_all_keys": true, "blocked_values": ["[0-9]+", "b+"]});
        let attributes: Vec<_> = texts.iter().map(|text| ("k", Scalar::Text(text))).collect();
        for shown in redacted(&config, &attributes) {
            prop_assert!(!shown.contains(|c: char| c == 'b' || c.is_ascii_digit()), "{}", shown);
        }
    }
}
