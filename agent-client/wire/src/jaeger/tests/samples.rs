//! Vectors, captures, and made up spans.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use proptest::prelude::*;
use serde_json::Value as Json;

use crate::jaeger::{Log, Process, RefType, Reference, Span, Tag, Value};

/// A JSON file under `tests/vectors`.
pub(super) fn file(path: &str) -> Json {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/");
    let text = std::fs::read(format!("{root}{path}")).expect("part of the repository");
    serde_json::from_slice(&text).expect("JSON")
}

/// The bytes of a wire vector.
pub(super) fn vector(path: &str, name: &str) -> Vec<u8> {
    let file = file(path);
    let mut vectors = file["vectors"].as_array().expect("a list").iter();
    let vector = vectors.find(|vector| vector["name"] == name);
    let hex = vector.expect("such a vector")["hex"].as_str();
    const_hex::decode(hex.expect("text")).expect("hex")
}

/// What was sent, and the datagram that carried it.
pub(super) fn capture(path: &str) -> (Json, Vec<u8>) {
    let file = file(path);
    let text = file["wire"][0]["b64"].as_str().expect("text");
    let bytes = BASE64_STANDARD.decode(text).expect("base64");
    (file["sent"].clone(), bytes)
}

pub(super) fn tag<'a>(key: &'a str, value: Value<'a>) -> Tag<'a> {
    Tag {
        key: key.into(),
        value,
    }
}

pub(super) fn text(value: &str) -> Value<'_> {
    Value::Text(value.into())
}

/// The span that the vectors hold in every form, as Thrift has it.
pub(super) fn checkout() -> Span<'static> {
    let trace_id = 0x5b8e_fff7_9803_8103_d269_b633_813f_c60c_u128.to_be_bytes();
    let parent = [0xee, 0xe1, 0x9b, 0x7e, 0xc3, 0xc1, 0xb1, 0x74];
    Span {
        trace_id,
        span_id: [0xee, 0xe1, 0x9b, 0x7e, 0xc3, 0xc1, 0xb1, 0x73],
        parent_span_id: Some(parent),
        operation_name: "GET /cart".into(),
        references: vec![
            Reference {
                kind: RefType::ChildOf,
                trace_id,
                span_id: parent,
            },
            Reference {
                kind: RefType::FollowsFrom,
                trace_id: 1_u128.to_be_bytes(),
                span_id: 2_u64.to_be_bytes(),
            },
        ],
        flags: 1,
        start: 1_544_712_660_000_000_000,
        duration: 1_500_000_000,
        tags: vec![
            tag("span.kind", text("server")),
            tag("d", Value::Double(2.5)),
            tag("error", Value::Bool(true)),
            tag("http.status_code", Value::Long(500)),
            tag("bin", Value::Binary(&[0, 1, 255])),
        ],
        logs: vec![Log {
            timestamp: 1_544_712_660_100_000_000,
            fields: vec![tag("event", text("cache miss"))],
        }],
        ..Span::default()
    }
}

fn tags() -> impl Strategy<Value = Vec<Tag<'static>>> {
    let value = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Long),
        (-1e9..1e9_f64).prop_map(Value::Double),
        "[a-z]{0,6}".prop_map(|text| Value::Text(text.into())),
        Just(Value::Binary(&[0, 0xff])),
    ];
    let tag = ("[a-z.]{0,8}", value).prop_map(|(key, value)| Tag {
        key: key.into(),
        value,
    });
    prop::collection::vec(tag, 0..4)
}

fn references() -> impl Strategy<Value = Vec<Reference>> {
    let reference =
        (any::<[u8; 16]>(), any::<[u8; 8]>(), 0..3).prop_map(|(trace, span, kind)| Reference {
            kind: RefType::of(kind),
            trace_id: trace,
            span_id: span,
        });
    prop::collection::vec(reference, 0..3)
}

/// Spans as `api_v2` can hold them.
pub(super) fn spans() -> impl Strategy<Value = Span<'static>> {
    let log = (any::<u64>(), tags()).prop_map(|(timestamp, fields)| Log {
        timestamp: i128::from(timestamp),
        fields,
    });
    let lists = (tags(), prop::collection::vec(log, 0..3), references());
    let process = prop::option::of(("[a-z]{0,4}", tags()));
    let scalars = (
        any::<[u8; 16]>(),
        any::<[u8; 8]>(),
        any::<u32>(),
        any::<[u64; 2]>(),
    );
    let texts = (
        "[a-z /]{0,9}",
        "[a-z]{0,3}",
        prop::collection::vec("[a-z]{0,4}", 0..3),
    );
    (scalars, lists, process, texts).prop_map(|(scalars, lists, process, texts)| Span {
        trace_id: scalars.0,
        span_id: scalars.1,
        parent_span_id: None,
        operation_name: texts.0.into(),
        references: lists.2,
        flags: scalars.2,
        start: i128::from(scalars.3[0]),
        duration: i128::from(scalars.3[1]),
        tags: lists.0,
        logs: lists.1,
        process: process.map(|(name, tags)| Process {
            service_name: name.into(),
            tags,
        }),
        process_id: texts.1.into(),
        warnings: texts.2.into_iter().map(Into::into).collect(),
    })
}
