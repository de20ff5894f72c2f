use proptest::prelude::*;
use serde_json::Value as Json;

use super::samples::{capture, checkout, tag, text, vector};
use crate::jaeger::{Limits, Process, ReadError, Span, Tag, Value, thrift};
use crate::thrift::{Protocol, Reader};

const FILE: &str = "wire/thrift.json";

/// The spans and the process of a batch, bare or in a call.
fn read(protocol: Protocol, bytes: &[u8], call: bool) -> (Vec<Span<'_>>, Process<'_>) {
    let mut reader = Reader::new(protocol, bytes);
    let limits = Limits::default();
    let mut spans = Vec::new();
    let process = if call {
        assert_eq!(reader.message().expect("a message").name, b"emitBatch");
        thrift::arguments(&mut reader, &limits, |span| spans.push(span.clone()))
    } else {
        thrift::batch(&mut reader, &limits, |span| spans.push(span.clone()))
    };
    assert_eq!(reader.rest(), [0_u8; 0]);
    (spans, process.expect("a batch"))
}

#[test]
fn the_vectors_hold_what_they_were_made_of() {
    let process = Process {
        service_name: "checkout".into(),
        tags: vec![
            tag("hostname", text("host-1")),
            tag("jaeger.version", text("Go-2.30.0")),
        ],
    };
    let full = (vec![checkout()], process);
    let compact = vector(FILE, "udp_emitBatch_compact_full");
    assert_eq!(read(Protocol::Compact, &compact, true), full);
    let binary = vector(FILE, "udp_emitBatch_binary_full");
    assert_eq!(read(Protocol::Binary, &binary, true), full);
    let bare = vector(FILE, "http_batch_binary_full");
    assert_eq!(read(Protocol::Binary, &bare, false), full);
}

#[test]
fn a_minimal_batch_has_a_span_without_parent() {
    let bytes = vector(FILE, "udp_emitBatch_binary_call_type");
    let (spans, process) = read(Protocol::Binary, &bytes, true);
    assert_eq!((process.service_name.as_ref(), spans.len()), ("s", 1));
    let expected = Span {
        trace_id: 1_u128.to_be_bytes(),
        span_id: 2_u64.to_be_bytes(),
        operation_name: "o".into(),
        start: 1_000,
        duration: 1_000,
        ..Span::default()
    };
    assert_eq!(spans, [expected]);
}

/// The ids, names, times and tags of a capture's record, against those of its datagram.
fn same(sent: &Json, spans: &[Span<'_>], start: &str, unit: i128) {
    let record = sent["spans"].as_array().expect("a list");
    assert_eq!(record.len(), spans.len());
    for (record, span) in record.iter().zip(spans) {
        assert_eq!(const_hex::encode(span.trace_id), record["trace_id"]);
        assert_eq!(const_hex::encode(span.span_id), record["span_id"]);
        let parent = span.parent_span_id.map(const_hex::encode);
        assert_eq!(parent.unwrap_or_default(), record["parent_span_id"]);
        assert_eq!(span.operation_name, record["name"].as_str().expect("text"));
        let sent = i128::from(record[start].as_i64().expect("a time")) * unit;
        assert_eq!(span.start, sent);
        let tags = record["tags"]
            .as_object()
            .or_else(|| record["attributes"].as_object());
        for (key, value) in tags.expect("a map") {
            let found = span.tags.iter().find(|tag| tag.key == *key);
            let found = found.unwrap_or_else(|| panic!("{key} is there"));
            assert_eq!(&json(&found.value), value, "{key}");
        }
    }
}

fn json(value: &Value<'_>) -> Json {
    match value {
        Value::Binary(bytes) => Json::from(const_hex::encode(bytes)),
        Value::Bool(truth) => Json::from(*truth),
        // JavaScript has one type for numbers.
        Value::Double(number) if number.fract() == 0.0 => Json::from(*number as i64),
        Value::Double(number) => Json::from(*number),
        Value::Long(number) => Json::from(*number),
        Value::Text(text) => Json::from(text.as_ref()),
    }
}

#[test]
fn jaeger_for_node_writes_every_value_and_the_type_chooses() {
    let (sent, bytes) = capture("captures/jaeger-node-udp-binary.json");
    let (spans, process) = read(Protocol::Binary, &bytes, true);
    assert_eq!(process.service_name, "jaeger-node-udp-shop");
    assert!(process.tags.contains(&tag("zone", text("z1"))));
    same(&sent, &spans, "start_us", 1_000);
    let fields = &spans[0].logs[0].fields;
    assert_eq!(
        fields[..2],
        [
            tag("event", text("cache.miss")),
            tag("key", text("cart:42"))
        ]
    );
}

#[test]
fn opentelemetry_for_go_calls_and_does_not_wait() {
    let (sent, bytes) = capture("captures/otel-go-jaeger-udp-compact-call.json");
    let (spans, process) = read(Protocol::Compact, &bytes, true);
    assert_eq!(process.service_name, "go-otel-jaeger-udp-shop");
    same(&sent, &spans, "start_ns", 1);
}

/// A batch with one span whose only tag has these fields (binary, without the stop).
fn with_tag(fields: &[u8]) -> Result<Tag<'static>, ReadError> {
    let head = [15, 0, 2, 12, 0, 0, 0, 1, 15, 0, 10, 12, 0, 0, 0, 1];
    let bytes = [&head[..], fields, &[0, 0, 0]].concat().leak();
    let mut reader = Reader::new(Protocol::Binary, bytes);
    let mut tags = Vec::new();
    thrift::batch(&mut reader, &Limits::default(), |span| {
        tags.clone_from(&span.tags)
    })?;
    Ok(tags.pop().expect("a tag"))
}

#[test]
fn the_type_of_a_tag_chooses_among_its_values() {
    let kind = |kind: u8| [8, 0, 2, 0, 0, 0, kind];
    let truth = [2, 0, 5, 1];
    let long = [10, 0, 6, 0, 0, 0, 0, 0, 0, 0, 9];
    let both = [&truth[..], &long].concat();
    let table = [
        ([&kind(2)[..], &both].concat(), Value::Bool(true)),
        ([&kind(3)[..], &both].concat(), Value::Long(9)),
        // What is typed is missing, so what is there is meant.
        ([&kind(0)[..], &long].concat(), Value::Long(9)),
        ([&kind(9)[..], &truth].concat(), Value::Bool(true)),
        (kind(1).to_vec(), Value::Double(0.0)),
        (kind(4).to_vec(), Value::Binary(&[])),
        (vec![], text("")),
    ];
    for (fields, value) in table {
        assert_eq!(
            with_tag(&fields).map(|tag| tag.value),
            Ok(value),
            "{fields:?}"
        );
    }
}

#[test]
fn text_that_is_not_utf_8_is_kept_as_bytes() {
    let tag = with_tag(&[11, 0, 3, 0, 0, 0, 2, b'a', 0xff]);
    assert_eq!(tag.map(|tag| tag.value), Ok(Value::Binary(&[b'a', 0xff])));
}

#[test]
fn a_field_of_another_type_is_refused() {
    let wrong = with_tag(&[8, 0, 1, 0, 0, 0, 1]);
    assert_eq!(wrong, Err(ReadError::Field(1, "Tag")));
    let mut reader = Reader::new(Protocol::Binary, &[8, 0, 1, 0, 0, 0, 1, 0]);
    let call = thrift::arguments(&mut reader, &Limits::default(), |_| ());
    assert_eq!(call, Err(ReadError::Field(1, "emitBatch")));
    // A list of integers where spans should be.
    let mut reader = Reader::new(Protocol::Compact, &[0x29, 0x15, 0x02, 0x00]);
    let batch = thrift::batch(&mut reader, &Limits::default(), |_| ());
    assert_eq!(batch, Err(ReadError::Field(2, "Batch")));
}

proptest! {
    #[test]
    fn a_batch_with_any_bytes_changed_is_a_batch_or_an_error(
        compact: bool,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let (protocol, name) = match compact {
            true => (Protocol::Compact, "udp_emitBatch_compact_full"),
            false => (Protocol::Binary, "udp_emitBatch_binary_full"),
        };
        let mut bytes = vector(FILE, name);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let mut reader = Reader::new(protocol, &bytes);
        if reader.message().is_ok() {
            let _ = thrift::arguments(&mut reader, &Limits::default(), |_| ());
        }
    }
}
