//! What a step does to a message.

use campanile_wire::otlp::edit::{Attribute, AttributeEdit, Change, Draft};
use campanile_wire::otlp::view::AnyValue;
use campanile_wire::otlp::write::{self, Scalar};
use regex::Regex;

use super::plan::Step;
use super::value::{converted, hashed};

impl Step {
    pub(super) fn apply(&self, draft: &mut Draft<'_>, peer: Option<&str>) {
        match self {
            Self::Convert(key, to) => each_of(draft, key, |value, out| converted(value, *to, out)),
            Self::Copy(from, edit) => copy(draft, from, edit),
            Self::DeleteMatching(pattern) => {
                draft.edit_each_attribute(|attribute, _| {
                    if pattern.is_match(attribute.key()) {
                        Change::Remove
                    } else {
                        Change::Keep
                    }
                });
            }
            Self::Edits(edits) => {
                draft.edit_attributes(edits);
            }
            Self::Extract(key, pattern) => extract(draft, key, pattern),
            Self::Hash(key) => each_of(draft, key, hashed),
            Self::HashMatching(pattern) => {
                let hash = |attribute: Attribute<'_>, out: &mut Vec<u8>| {
                    if pattern.is_match(attribute.key()) {
                        hashed(attribute.value(), out)
                    } else {
                        Change::Keep
                    }
                };
                draft.edit_each_attribute(hash);
            }
            Self::Peer(edit) => {
                if let Some(peer) = peer {
                    put_text(draft, edit, peer);
                }
            }
        }
    }
}

/// Changes the values of `key`.
fn each_of(
    draft: &mut Draft<'_>,
    key: &str,
    change: impl Fn(AnyValue<'_>, &mut Vec<u8>) -> Change,
) {
    draft.edit_each_attribute(|attribute, out| {
        if attribute.key() == key {
            change(attribute.value(), out)
        } else {
            Change::Keep
        }
    });
}

fn copy(draft: &mut Draft<'_>, from: &str, edit: &AttributeEdit) {
    let Some(source) = draft.find_attribute(from) else {
        return;
    };
    let edit = edit.clone().with_value(source.value_bytes());
    draft.edit_attribute(&edit);
}

fn put_text(draft: &mut Draft<'_>, edit: &AttributeEdit, text: &str) {
    let mut value = Vec::new();
    write::scalar(&mut value, Scalar::Text(text));
    draft.edit_attribute(&edit.clone().with_value(&value));
}

/// Every group of the match becomes an attribute; one that has not taken part, an empty one.
fn extract(draft: &mut Draft<'_>, key: &str, pattern: &Regex) {
    let source = draft.find_attribute(key).map(Attribute::value);
    let Some(captures) = source
        .and_then(AnyValue::as_text)
        .and_then(|text| pattern.captures(text))
    else {
        return;
    };
    let group = |name: &str| captures.name(name).map_or("", |group| group.as_str());
    let named = pattern.capture_names().flatten();
    let edits: Vec<_> = named
        .map(|name| AttributeEdit::upsert(name, Scalar::Text(group(name))))
        .collect();
    for edit in &edits {
        draft.edit_attribute(edit);
    }
}
