//! What the table says about any attribute: where it may be, its type, whether it must be there.

use opentelemetry::{Array, Value};
use opentelemetry_semantic_conventions::attribute::{RPC_RESPONSE_STATUS_CODE, URL_PATH};

use super::check::Check;
use super::facts::{Facts, is_reserved};
use super::group::{Attribute, Level, Type};
use super::report::Report;
use super::rpc;
use super::violation::Problem;

/// Checks the attributes that are there.
pub(super) fn listed(check: &Check, group: &[Attribute], facts: &Facts<'_>, report: &mut Report) {
    for (index, (key, value)) in facts.iter().enumerate() {
        if facts.iter().take(index).any(|(earlier, _)| earlier == key) {
            report.add(Problem::Duplicate(key.to_owned()));
        }
        match group.iter().find(|attribute| attribute.describes(key)) {
            Some(attribute) => fits(check, attribute, key, value, report),
            None if is_reserved(key) && !check.is_extra(key) => {
                report.add(Problem::Unlisted(key.to_owned()));
            }
            None => {}
        }
    }
}

/// Checks one attribute that the group lists.
fn fits(check: &Check, attribute: &Attribute, key: &str, value: &Value, report: &mut Report) {
    if attribute.level == Level::OptIn && !check.is_opted_in(key) {
        report.add(Problem::OptIn {
            key: key.to_owned(),
            stability: attribute.stability.name(),
        });
    }
    if Type::of(value) != attribute.kind.name() {
        report.add(Problem::Type {
            key: key.to_owned(),
            expected: attribute.kind.name(),
            found: Type::of(value),
        });
    }
    // The path of a CONNECT request is empty, and required.
    if is_empty(value) && key != URL_PATH {
        report.add(Problem::Empty(key.to_owned()));
    }
    let name = key.get(attribute.key.len()..).unwrap_or_default();
    if name.contains(|c: char| c.is_ascii_uppercase()) {
        report.value(key, &key, "a key in lower case");
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.as_str().is_empty(),
        Value::Array(Array::String(texts)) => texts.is_empty(),
        _ => false,
    }
}

/// Checks that the required attributes are there.
pub(super) fn required(group: &[Attribute], facts: &Facts<'_>, report: &mut Report) {
    for attribute in group {
        let excused = attribute.key == RPC_RESPONSE_STATUS_CODE && rpc::has_no_status(facts);
        if attribute.level == Level::Required && !facts.has(attribute.key) && !excused {
            report.missing(attribute.key, "it is required");
        }
    }
}
