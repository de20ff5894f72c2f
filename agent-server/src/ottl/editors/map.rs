//! Editors of whole maps.

use std::collections::{BTreeMap, BTreeSet};

use super::super::error::EvalError;
use super::super::functions::{Kind, Parameter};
use super::super::program::{Arguments, expected};
use super::super::record::Draft;
use super::super::value::{Pairs, Value};
use super::super::wire;
use super::Editor;

const TARGET: Parameter = Parameter::of("target", Kind::Map);

pub(super) const TABLE: &[Editor] = &[
    Editor::of(
        "merge_maps",
        &[
            TARGET,
            Parameter::value("source"),
            Parameter::of("strategy", Kind::Choice(&["insert", "update", "upsert"])),
        ],
        merge_maps,
    ),
    Editor::of(
        "truncate_all",
        &[TARGET, Parameter::of("limit", Kind::Integer)],
        truncate_all,
    ),
];

fn merge_maps(arguments: &Arguments, draft: &mut Draft<'_>) -> Result<(), EvalError> {
    let source = match arguments.value(1, &draft.record())?.into_owned() {
        Value::Map(map) => map,
        other => return Err(expected("a map", &other)),
    };
    let (insert, update) = match arguments.text(2) {
        "insert" => (true, false),
        "update" => (false, true),
        _ => (true, true),
    };
    let mut failed = None;
    draft.edit_map(arguments.path(0)?, |message, number| {
        merged(message, number, &source, insert, update).unwrap_or_else(|error| {
            failed = Some(error);
            message.to_vec()
        })
    })?;
    failed.map_or(Ok(()), Err)
}

fn merged(
    message: &[u8],
    number: u32,
    source: &Pairs<'_>,
    insert: bool,
    update: bool,
) -> Result<Vec<u8>, EvalError> {
    let given: BTreeMap<&str, &[u8]> = source.iter().collect();
    let mut there = BTreeSet::new();
    let mut out = wire::each_entry(message, number, |entry, out| {
        match given.get(entry.key) {
            Some(any) if update => wire::put_entry(out, number, entry.key, any),
            _ => out.extend_from_slice(entry.raw),
        }
        there.insert(entry.key.to_owned());
    });
    if insert {
        let new: Vec<_> = source
            .iter()
            .filter(|(key, _)| !there.contains(*key))
            .collect();
        wire::bound_entries(there.len() + new.len())?;
        for (key, any) in new {
            wire::put_entry(&mut out, number, key, any);
        }
    }
    Ok(out)
}

/// Strings that are longer than the limit, in bytes, end before it, between characters.
fn truncate_all(arguments: &Arguments, draft: &mut Draft<'_>) -> Result<(), EvalError> {
    let limit = usize::try_from(arguments.integer(1).unwrap_or_default()).unwrap_or(usize::MAX);
    draft.edit_map(arguments.path(0)?, |message, number| {
        wire::each_entry(message, number, |entry, out| {
            match Value::read(entry.value) {
                Value::Text(text) if text.len() > limit => {
                    let end = (0..=limit).rev().find(|end| text.is_char_boundary(*end));
                    let cut = text.get(..end.unwrap_or_default()).unwrap_or_default();
                    put_text(out, number, entry.key, cut);
                }
                _ => out.extend_from_slice(entry.raw),
            }
        })
    })
}

/// Appends an entry with text.
pub(super) fn put_text(out: &mut Vec<u8>, number: u32, key: &str, text: &str) {
    use campanile_wire::otlp::write::{Scalar, attribute};
    attribute(out, number, key, Scalar::Text(text));
}
