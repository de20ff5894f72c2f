use proptest::prelude::*;
use prost::Message as _;

use super::samples::{checkout, spans, tag, text, vector};
use crate::jaeger::api_v2::{KeyValue, PostSpansRequest};
use crate::jaeger::proto::{put_process, put_span, read};
use crate::jaeger::{Limits, Process, ReadError, Span, Value};
use crate::otlp::write::nested;

fn all(request: &[u8]) -> Result<(Vec<Span<'_>>, Process<'_>), ReadError> {
    let mut spans = Vec::new();
    let process = read(request, &Limits::default(), |span| spans.push(span.clone()))?;
    Ok((spans, process))
}

fn written(spans: &[Span<'_>], process: &Process<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    nested(&mut out, 1, |out| {
        for span in spans {
            nested(out, 1, |out| put_span(out, span));
        }
        nested(out, 2, |out| put_process(out, process));
    });
    out
}

#[test]
fn the_vector_holds_what_it_was_made_of() {
    let bytes = vector("wire/jaeger_zipkin_proto.json", "jaeger_post_spans");
    let (spans, process) = all(&bytes).expect("a batch");
    assert_eq!(process.service_name, "checkout");
    assert_eq!(process.tags, [tag("hostname", text("host-1"))]);
    let mut first = checkout();
    first.parent_span_id = None;
    // The protobuf vector has the same tags in another order.
    first.tags.sort_by_key(|tag| tag.key.clone());
    let mut found = spans[0].clone();
    found.tags.sort_by_key(|tag| tag.key.clone());
    assert_eq!(found, first);
    let second = Span {
        trace_id: 0xd269_b633_813f_c60c_u128.to_be_bytes(),
        span_id: first.span_id,
        operation_name: "64-bit id".into(),
        start: first.start,
        duration: 1_000,
        process: Some(Process {
            service_name: "other".into(),
            tags: Vec::new(),
        }),
        ..Span::default()
    };
    assert_eq!(spans[1..], [second]);
}

#[test]
fn the_generated_messages_encode_the_vector_as_it_came() {
    let bytes = vector("wire/jaeger_zipkin_proto.json", "jaeger_post_spans");
    let request = PostSpansRequest::decode(&*bytes).expect("protobuf");
    assert_eq!(request.encode_to_vec(), bytes);
}

#[test]
fn a_parent_beside_the_references_becomes_the_first_of_them() {
    let mut span = checkout();
    span.references.remove(0);
    let bytes = written(&[span], &Process::default());
    let (spans, _) = all(&bytes).expect("ours");
    assert_eq!(spans[0].references, checkout().references);
}

#[test]
fn the_type_of_a_tag_chooses_and_absent_values_are_zero() {
    let value = |pair: KeyValue| {
        let mut request = Vec::new();
        nested(&mut request, 1, |out| {
            nested(out, 2, |out| {
                nested(out, 2, |out| out.extend(pair.encode_to_vec()));
            });
        });
        let (_, process) = all(request.leak()).expect("a batch");
        process.tags[0].value.clone()
    };
    let all_set = KeyValue {
        v_str: "a".into(),
        v_bool: true,
        v_int64: 7,
        v_float64: 0.5,
        v_binary: vec![1].into(),
        ..KeyValue::default()
    };
    let set = [
        text("a"),
        Value::Bool(true),
        Value::Long(7),
        Value::Double(0.5),
        Value::Binary(&[1]),
        text("a"),
    ];
    let unset = [
        text(""),
        Value::Bool(false),
        Value::Long(0),
        Value::Double(0.0),
        Value::Binary(&[]),
        text(""),
    ];
    for (v_type, (set, unset)) in (0..).zip(set.into_iter().zip(unset)) {
        let full = KeyValue {
            v_type,
            ..all_set.clone()
        };
        assert_eq!(value(full), set, "{v_type}");
        let empty = KeyValue {
            v_type,
            ..KeyValue::default()
        };
        assert_eq!(value(empty), unset, "{v_type}");
    }
}

#[test]
fn ids_of_another_length_are_zero() {
    let mut request = Vec::new();
    nested(&mut request, 1, |out| {
        nested(out, 1, |out| out.extend([0x0a, 2, 1, 1, 0x12, 1, 9]));
    });
    let (spans, _) = all(&request).expect("a batch");
    assert_eq!((spans[0].trace_id, spans[0].span_id), ([0; 16], [0; 8]));
}

proptest! {
    #[test]
    fn what_is_written_is_read(spans in prop::collection::vec(spans(), 0..4)) {
        let process = Process { service_name: "s".into(), ..Process::default() };
        let bytes = written(&spans, &process);
        prop_assert_eq!(all(&bytes), Ok((spans, process)));
        let theirs = PostSpansRequest::decode(&*bytes);
        prop_assert!(theirs.is_ok(), "{:?}", theirs);
    }

    #[test]
    fn what_another_decoder_takes_is_taken(
        spans in prop::collection::vec(spans(), 1..3),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = written(&spans, &Process::default());
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if PostSpansRequest::decode(&*bytes).is_ok() {
            prop_assert!(all(&bytes).is_ok());
        }
    }
}
