use std::collections::BTreeMap;

use serde_json::Value;

use super::{EXPORT_METRICS_SERVICE_REQUEST, EXPORT_TRACE_SERVICE_REQUEST};
use crate::otlp::schema::{Field, Kind, Label, Message};

fn vector() -> Value {
    let text = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/vectors/schema/opencensus-proto-0.4.1.json"
    ));
    serde_json::from_str(text).expect("the vector is JSON")
}

/// Every table, and the names of the enums that their fields have.
fn tables() -> BTreeMap<&'static str, &'static Message> {
    let mut found = BTreeMap::new();
    let mut open = vec![
        &EXPORT_METRICS_SERVICE_REQUEST,
        &EXPORT_TRACE_SERVICE_REQUEST,
    ];
    while let Some(message) = open.pop() {
        if found.insert(message.name, message).is_none() {
            open.extend(message.fields.iter().filter_map(|field| match field.kind {
                Kind::Map(inner) | Kind::Message(inner) => Some(inner),
                _ => None,
            }));
        }
    }
    found.retain(|name, _| !name.starts_with("map<"));
    found
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Bool => "bool",
        Kind::Bytes => "bytes",
        Kind::Double => "double",
        Kind::Int32 => "int32",
        Kind::Int64 => "int64",
        Kind::Map(entry) => entry.name,
        Kind::Message(message) => message.name,
        Kind::Named(_) => "enum",
        Kind::String => "string",
        Kind::Timestamp => "google.protobuf.Timestamp",
        Kind::Uint32 => "uint32",
        Kind::Uint64 => "uint64",
        Kind::Wrapper(inner) => match inner.kind {
            Kind::Bool => "google.protobuf.BoolValue",
            Kind::Double => "google.protobuf.DoubleValue",
            Kind::Int64 => "google.protobuf.Int64Value",
            Kind::Uint32 => "google.protobuf.UInt32Value",
            _ => "no wrapper of the protocol",
        },
        _ => "no kind of the protocol",
    }
}

fn label(field: &Value) -> Label {
    let is_map = field["type"]
        .as_str()
        .is_some_and(|kind| kind.starts_with("map<"));
    match () {
        () if field["repeated"] == true || is_map => Label::Repeated,
        () if field["oneof"].is_string() => Label::Oneof,
        () => Label::Singular,
    }
}

fn agrees(ours: &Field, theirs: &Value, enums: &Value) {
    let kind_of = theirs["type"].as_str().expect("a type");
    match (ours.kind, enums.get(kind_of)) {
        (Kind::Named(names), Some(values)) => {
            assert_eq!(names.len(), values.as_object().map_or(0, |all| all.len()));
            for (number, name) in names.iter().enumerate() {
                assert_eq!(values[*name], number, "{kind_of}.{name}");
            }
        }
        (_, None) => assert_eq!(kind(ours.kind), kind_of),
        (_, Some(_)) => panic!("{kind_of} is an enum"),
    }
    assert_eq!(ours.label, label(theirs), "{}", ours.json);
    assert_eq!(theirs["json"], ours.json);
    assert_eq!(theirs["number"], ours.number);
}

#[test]
fn every_table_is_the_message_of_the_protocol() {
    let vector = vector();
    let tables = tables();
    assert!(tables.len() > 30, "{}", tables.len());
    for (name, message) in tables {
        let theirs = vector["messages"][name]["fields"].as_array();
        let theirs = theirs.unwrap_or_else(|| panic!("the protocol has no {name}"));
        assert_eq!(message.fields.len(), theirs.len(), "{name}");
        for (ours, theirs) in message.fields.iter().zip(theirs) {
            agrees(ours, theirs, &vector["enums"]);
        }
    }
}

#[test]
fn every_field_is_found_by_both_of_its_names() {
    let vector = vector();
    for (name, message) in tables() {
        let fields = vector["messages"][name]["fields"]
            .as_array()
            .expect("fields");
        for field in fields {
            for key in ["json", "name"] {
                let found = message.named(field[key].as_str().expect("text"));
                let found = found.map(|(field, _)| field.number);
                assert_eq!(
                    found.map(Value::from),
                    Some(field["number"].clone()),
                    "{field}"
                );
            }
        }
    }
}
