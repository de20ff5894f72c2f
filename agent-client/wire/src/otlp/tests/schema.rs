use std::collections::BTreeMap;

use serde_json::Value;

use crate::otlp::Signal;
use crate::otlp::schema::{Field, Kind, Label, Message, request, response};

/// The tables that are reachable from the export requests and responses, by name.
fn all_tables() -> BTreeMap<&'static str, &'static Message> {
    Signal::ALL
        .into_iter()
        .flat_map(|signal| [request(signal), response(signal)])
        .flat_map(tables)
        .collect()
}

/// The tables that are reachable from `root`, by name.
pub(super) fn tables(root: &'static Message) -> BTreeMap<&'static str, &'static Message> {
    let mut found = BTreeMap::new();
    let mut open = vec![root];
    while let Some(message) = open.pop() {
        if found.insert(message.name, message).is_none() {
            open.extend(message.fields.iter().filter_map(|field| match field.kind {
                Kind::Message(inner) => Some(inner),
                _ => None,
            }));
        }
    }
    found
}

fn vector() -> Value {
    let text = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/vectors/schema/opentelemetry-proto-1.11.0.json"
    ));
    serde_json::from_str(text).expect("the vector is JSON")
}

/// A field as both sides can state it: number, JSON name, type, label.
type Line = (u64, String, String, &'static str);

fn ours(field: &Field) -> Line {
    let kind = match field.kind {
        Kind::Bool => "bool",
        Kind::Bytes => "bytes",
        Kind::Double => "double",
        Kind::Enum => "enum",
        Kind::Fixed32 => "fixed32",
        Kind::Fixed64 => "fixed64",
        Kind::Hex => "id",
        Kind::Int32 => "int32",
        Kind::Int64 => "int64",
        Kind::Map(message) | Kind::Message(message) => message.name,
        Kind::Named(_) => "enum",
        Kind::Sfixed64 => "sfixed64",
        Kind::Sint32 => "sint32",
        Kind::String => "string",
        Kind::Timestamp => "google.protobuf.Timestamp",
        Kind::Uint32 => "uint32",
        Kind::Uint64 => "uint64",
        Kind::Wrapper(_) => "google.protobuf wrapper",
    };
    let label = match field.label {
        Label::Oneof => "oneof",
        Label::Optional => "optional",
        Label::Repeated => "repeated",
        Label::Singular => "singular",
    };
    (field.number.into(), field.json.into(), kind.into(), label)
}

fn theirs(field: &Value, enums: &Value) -> Line {
    let json = field["json"].as_str().expect("a name");
    let kind = match field["type"].as_str().expect("a type") {
        "bytes" if ["traceId", "spanId", "parentSpanId"].contains(&json) => "id",
        name if enums.get(name).is_some() => "enum",
        name => name,
    };
    let label = if field["repeated"] == true {
        "repeated"
    } else if field["optional"] == true {
        "optional"
    } else if field["oneof"].is_string() {
        "oneof"
    } else {
        "singular"
    };
    let number = field["number"].as_u64().expect("a number");
    (number, json.into(), kind.into(), label)
}

#[test]
fn every_table_is_the_message_of_the_protocol() {
    let vector = vector();
    for (name, message) in all_tables() {
        let mut ours: Vec<Line> = message.fields.iter().map(ours).collect();
        ours.sort();
        let fields = vector["messages"][name]["fields"].as_array();
        let mut theirs: Vec<Line> = fields
            .unwrap_or_else(|| panic!("the protocol has no {name}"))
            .iter()
            .map(|field| theirs(field, &vector["enums"]))
            .collect();
        theirs.sort();
        assert_eq!(ours, theirs, "{name}");
    }
}

#[test]
fn a_field_is_found_by_its_number_and_name() {
    for (name, message) in all_tables() {
        for field in message.fields {
            let by_number = message.field(field.number).expect("indexed");
            assert_eq!(by_number.json, field.json, "{name}");
            let by_name = message.named(field.json).map(|(field, _)| field.number);
            let expected = (!field.hidden).then_some(field.number);
            assert_eq!(by_name, expected, "{name} {}", field.json);
        }
        for number in [0, 17, u32::MAX >> 3] {
            assert!(message.field(number).is_none(), "{name} {number}");
        }
    }
}

#[test]
fn what_is_hidden_from_json_is_what_only_profiles_carry() {
    let hidden: Vec<&str> = all_tables()
        .values()
        .flat_map(|message| message.fields)
        .filter(|field| field.hidden)
        .map(|field| field.json)
        .collect();
    assert_eq!(hidden, ["stringValueStrindex", "keyStrindex"]);
}

#[test]
fn no_message_has_two_oneofs() {
    let vector = vector();
    for name in all_tables().keys() {
        let fields = vector["messages"][name]["fields"]
            .as_array()
            .expect("fields");
        let mut oneofs: Vec<&str> = fields.iter().filter_map(|f| f["oneof"].as_str()).collect();
        oneofs.dedup();
        assert!(oneofs.len() <= 1, "{name}: {oneofs:?}");
    }
}
