use serde_json::Value;

use super::tree::{Tree, read};
use crate::thrift::{Kind, MessageType, Protocol, Reader};

/// The bytes of the vector `name`.
fn vector(name: &str) -> Vec<u8> {
    let text = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/vectors/wire/thrift.json"
    ));
    let file: Value = serde_json::from_str(text).expect("the vectors are JSON");
    let mut vectors = file["vectors"].as_array().expect("a list").iter();
    let vector = vectors.find(|vector| vector["name"] == name);
    let hex = vector.expect("such a vector")["hex"].as_str();
    const_hex::decode(hex.expect("text")).expect("hex")
}

/// The `Batch` in a call of `emitBatch`, with the type of the message.
fn emitted(protocol: Protocol, name: &str) -> (MessageType, Tree) {
    let bytes = vector(name);
    let mut reader = Reader::new(protocol, &bytes);
    let message = reader.message().expect("a message");
    assert_eq!((message.name, message.sequence), (&b"emitBatch"[..], 0));
    let arguments = read(&mut reader, Kind::Struct).expect("a struct");
    assert_eq!(reader.rest(), [0_u8; 0]);
    let Tree::Struct(mut fields) = arguments else {
        panic!("a struct");
    };
    let (id, batch) = fields.pop().expect("an argument");
    assert_eq!((id, fields.len()), (1, 0));
    (message.message_type, batch)
}

fn bare(name: &str) -> Tree {
    let bytes = vector(name);
    let mut reader = Reader::new(Protocol::Binary, &bytes);
    let tree = read(&mut reader, Kind::Struct).expect("a struct");
    assert_eq!(reader.rest(), [0_u8; 0]);
    tree
}

#[test]
fn the_vectors_say_the_same_in_both_protocols() {
    for size in ["full", "minimal"] {
        let compact = emitted(Protocol::Compact, &format!("udp_emitBatch_compact_{size}"));
        let binary = emitted(Protocol::Binary, &format!("udp_emitBatch_binary_{size}"));
        assert_eq!(compact.0, MessageType::Oneway);
        assert_eq!(compact, binary);
        assert_eq!(compact.1, bare(&format!("http_batch_binary_{size}")));
    }
}

#[test]
fn a_call_differs_in_the_type_of_the_message_only() {
    let call = emitted(Protocol::Binary, "udp_emitBatch_binary_call_type");
    let oneway = emitted(Protocol::Binary, "udp_emitBatch_binary_minimal");
    assert_eq!(call.0, MessageType::Call);
    assert_eq!(call.1, oneway.1);
}

#[test]
fn the_doubles_of_the_vectors_are_what_they_were_written_as() {
    let (_, batch) = emitted(Protocol::Compact, "udp_emitBatch_compact_full");
    let bits = 2.5_f64.to_bits();
    assert!(format!("{batch:?}").contains(&format!("(4, Double({bits}))")));
}

#[test]
fn a_zipkin_list_is_read_without_a_message() {
    let bytes = vector("zipkin_v1_thrift_list");
    let mut reader = Reader::new(Protocol::Binary, &bytes);
    let list = reader.list().expect("a list");
    assert_eq!((list.kind, list.len), (Kind::Struct, 1));
    let span = read(&mut reader, Kind::Struct).expect("a span");
    // 64,000 does not fit in 16 bits with a sign.
    assert!(format!("{span:?}").contains("(2, I16(-1536))"));
    assert_eq!(reader.rest(), [0_u8; 0]);
}
