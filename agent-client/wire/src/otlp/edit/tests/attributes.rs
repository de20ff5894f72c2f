use super::super::*;
use crate::otlp::view::AnyValue;
use crate::otlp::write::{self, Scalar};
use crate::protobuf::put_bytes;

fn span(attributes: &[(&str, i64)]) -> Vec<u8> {
    let mut span = Vec::new();
    write::text(&mut span, 5, "name");
    for (key, value) in attributes {
        write::attribute(&mut span, 9, key, Scalar::Int(*value));
    }
    write::varint(&mut span, 10, 3);
    span
}

/// What `edits` make of a span with these attributes.
fn edited(attributes: &[(&str, i64)], edits: impl IntoIterator<Item = AttributeEdit>) -> Vec<u8> {
    let span = span(attributes);
    let mut draft = Draft::new(Kind::Span, &span);
    let changed = draft.edit_attributes(&AttributeEdits::new(edits));
    assert_eq!(changed, draft.bytes() != span);
    draft.bytes().to_vec()
}

#[test]
fn an_insert_comes_behind_the_other_attributes_unless_there_is_one() {
    let insert = || [AttributeEdit::insert("b", Scalar::Int(2))];
    assert_eq!(edited(&[("a", 1)], insert()), span(&[("a", 1), ("b", 2)]));
    assert_eq!(edited(&[("b", 1)], insert()), span(&[("b", 1)]));
    assert_eq!(edited(&[], insert()), span(&[("b", 2)]));
}

#[test]
fn an_update_replaces_every_attribute_of_its_key_and_adds_none() {
    let update = || [AttributeEdit::update("b", Scalar::Int(9))];
    let before = [("b", 1), ("a", 2), ("b", 3)];
    let after = [("b", 9), ("a", 2), ("b", 9)];
    assert_eq!(edited(&before, update()), span(&after));
    assert_eq!(edited(&[("a", 1)], update()), span(&[("a", 1)]));
}

#[test]
fn an_upsert_replaces_or_adds() {
    let upsert = || [AttributeEdit::upsert("b", Scalar::Int(9))];
    assert_eq!(edited(&[("b", 1)], upsert()), span(&[("b", 9)]));
    assert_eq!(edited(&[("a", 1)], upsert()), span(&[("a", 1), ("b", 9)]));
}

#[test]
fn a_delete_removes_every_attribute_of_its_key() {
    let before = [("b", 1), ("a", 2), ("b", 3)];
    assert_eq!(
        edited(&before, [AttributeEdit::delete("b")]),
        span(&[("a", 2)])
    );
}

#[test]
fn edits_apply_one_after_the_other() {
    let edits = [
        AttributeEdit::insert("a", Scalar::Int(1)),
        AttributeEdit::update("a", Scalar::Int(2)),
        AttributeEdit::delete("b"),
        AttributeEdit::insert("b", Scalar::Int(3)),
    ];
    let after = span(&[("a", 2), ("b", 3)]);
    assert_eq!(edited(&[("b", 1)], edits), after);
}

#[test]
fn more_edits_than_one_walk_makes_are_all_made() {
    let keys: Vec<_> = (0..200).map(|number| format!("key {number}")).collect();
    let edits = keys
        .iter()
        .map(|key| AttributeEdit::insert(key, Scalar::Int(1)));
    let expected: Vec<_> = keys.iter().map(|key| (key.as_str(), 1)).collect();
    assert_eq!(edited(&[], edits), span(&expected));
}

#[test]
fn a_value_replaced_leaves_the_rest_of_its_attribute() {
    let mut pair = Vec::new();
    put_bytes(&mut pair, 1, b"k");
    put_bytes(&mut pair, 2, &[0x18, 1]);
    write::varint(&mut pair, 77, 5);
    let mut span = Vec::new();
    put_bytes(&mut span, 9, &pair);
    let mut draft = Draft::new(Kind::Span, &span);
    let update = AttributeEdit::update("k", Scalar::Text("a longer value than before"));
    assert!(draft.edit_attributes(&AttributeEdits::new([update])));
    assert!(draft.bytes().ends_with(&pair[pair.len() - 3..]));
    let value = draft.attributes().find("k").and_then(AnyValue::as_text);
    assert_eq!(value, Some("a longer value than before"));
}

#[test]
fn each_attribute_can_be_kept_removed_renamed_or_replaced() {
    let span_before = span(&[("keep", 1), ("remove", 2), ("rename", 3), ("value", 4)]);
    let mut draft = Draft::new(Kind::Span, &span_before);
    let edit = |attribute: Attribute<'_>, out: &mut Vec<u8>| match attribute.key() {
        "remove" => Change::Remove,
        "rename" => {
            out.extend_from_slice(b"renamed");
            Change::Rename
        }
        "value" => {
            let value = attribute.value().as_int().unwrap_or_default();
            write::scalar(out, Scalar::Int(value * 10));
            Change::Value
        }
        _ => Change::Keep,
    };
    assert!(draft.edit_each_attribute(edit));
    let after = span(&[("keep", 1), ("renamed", 3), ("value", 40)]);
    assert_eq!(draft.bytes(), after);
    assert!(!draft.edit_each_attribute(|_, _| Change::Keep));
}

#[test]
fn the_attributes_of_every_kind_of_message_are_found() {
    let kinds = [
        (Kind::Resource, 1),
        (Kind::Scope, 3),
        (Kind::Event, 3),
        (Kind::Link, 4),
        (Kind::LogRecord, 6),
        (Kind::NumberPoint, 7),
        (Kind::SummaryPoint, 7),
        (Kind::Span, 9),
        (Kind::HistogramPoint, 9),
        (Kind::ExponentialHistogramPoint, 1),
        (Kind::Metric, 12),
    ];
    for (kind, number) in kinds {
        let mut expected = Vec::new();
        write::attribute(&mut expected, number, "key", Scalar::Bool(true));
        let mut draft = Draft::new(kind, &[]);
        let insert = AttributeEdit::insert("key", Scalar::Bool(true));
        assert!(draft.edit_attributes(&AttributeEdits::new([insert])));
        assert_eq!(draft.bytes(), expected, "{kind:?}");
    }
}
