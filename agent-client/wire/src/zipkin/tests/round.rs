//! Properties: what is written reads back, and no bytes do harm.

use proptest::collection::vec;
use proptest::prelude::*;
use prost::Message as _;

use super::generate::span;
use super::*;
use crate::zipkin::messages::ListOfSpans;

/// All readers on the same bytes.
fn read_all(bytes: &[u8]) {
    let _ = of_proto3(bytes);
    let _ = of_thrift(bytes);
    if let Ok(text) = str::from_utf8(bytes) {
        let _ = of_json(text);
        let _ = of_v1(text);
    }
}

proptest! {
    #[test]
    fn json_reads_back_as_it_was_written(spans in vec(span(), 0..4)) {
        let text = json::write(&spans);
        prop_assert_eq!(of_json(&text), Ok(spans));
    }

    #[test]
    fn protobuf_reads_back_as_it_was_written_and_as_the_messages_have_it(spans in vec(span(), 0..4)) {
        let mut list = Vec::new();
        spans.iter().for_each(|span| proto3::push(&mut list, span));
        prop_assert_eq!(of_proto3(&list), Ok(spans.clone()));
        let messages = ListOfSpans::decode(&*list).expect("valid");
        prop_assert_eq!(messages.spans.len(), spans.len());
        prop_assert_eq!(messages.encoded_len(), list.len());
        let encoded = messages.encode_to_vec();
        prop_assert_eq!(of_proto3(&encoded), Ok(spans));
    }

    #[test]
    fn any_bytes_are_spans_or_an_error(bytes in vec(any::<u8>(), 0..200)) {
        read_all(&bytes);
        read_all(&[&[0x0c, 0, 0, 0, 1], &bytes[..]].concat());
    }

    #[test]
    fn likely_json_is_spans_or_an_error(
        parts in vec(prop::sample::select(vec![
            "[", "]", "{", "}", ",", ":", "\"traceId\"", "\"id\"", "\"tags\"", "\"annotations\"",
            "\"binaryAnnotations\"", "\"localEndpoint\"", "\"a\"", "\"0\"", "1", "-1", "1e400", "null",
            "true", "\"value\"", "\"timestamp\"", "\"endpoint\"", "\"\\u0000\"", "\"\\ud800\"",
        ]), 0..40),
    ) {
        read_all(parts.concat().as_bytes());
        read_all(format!("[{{\"traceId\":\"1\",\"id\":\"2\",{}}}]", parts.concat()).as_bytes());
    }

    #[test]
    fn corruption_is_spans_or_an_error(
        spans in vec(span(), 1..3), at in any::<prop::sample::Index>(), byte: u8, cut in 0_usize..40,
    ) {
        let mut list = Vec::new();
        spans.iter().for_each(|span| proto3::push(&mut list, span));
        let thrift = vectors::hex("wire/thrift.json", "zipkin_v1_thrift_list");
        for mut bytes in [list, json::write(&spans).into_bytes(), thrift] {
            let index = at.index(bytes.len());
            bytes[index] = byte;
            read_all(&bytes);
            bytes.truncate(bytes.len().saturating_sub(cut));
            read_all(&bytes);
        }
    }
}
