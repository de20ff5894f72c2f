//! Editors that replace text.

use super::super::error::EvalError;
use super::super::functions::{Kind, Parameter};
use super::super::program::Arguments;
use super::super::record::Draft;
use super::super::value::Value;
use super::super::wire;
use super::Editor;
use super::map::put_text;

const MAP: Parameter = Parameter::of("target", Kind::Map);
const TARGET: Parameter = Parameter::of("target", Kind::Target);
const GLOB: Parameter = Parameter::of("pattern", Kind::Glob);
const REGEX: Parameter = Parameter::of("regex", Kind::Pattern);
const REPLACEMENT: Parameter = Parameter::value("replacement");

pub(super) const TABLE: &[Editor] = &[
    Editor::of(
        "replace_all_matches",
        &[MAP, GLOB, REPLACEMENT],
        replace_all_matches,
    ),
    Editor::of(
        "replace_all_patterns",
        &[
            MAP,
            Parameter::of("mode", Kind::Choice(&["key", "value"])),
            REGEX,
            REPLACEMENT,
        ],
        replace_all_patterns,
    ),
    Editor::of("replace_match", &[TARGET, GLOB, REPLACEMENT], replace_match),
    Editor::of(
        "replace_pattern",
        &[TARGET, REGEX, REPLACEMENT],
        replace_pattern,
    ),
];

/// Strings that match as a whole become the replacement.
fn replace_all_matches(arguments: &Arguments, draft: &mut Draft<'_>) -> Result<(), EvalError> {
    let pattern = arguments.pattern(1)?;
    let replacement = arguments.string(2, &draft.record())?.into_owned();
    draft.edit_map(arguments.path(0)?, |message, number| {
        wire::each_entry(message, number, |entry, out| {
            match Value::read(entry.value) {
                Value::Text(text) if pattern.is_match(&text) => {
                    put_text(out, number, entry.key, &replacement);
                }
                _ => out.extend_from_slice(entry.raw),
            }
        })
    })
}

/// Every part of a key or value that matches becomes the replacement.
fn replace_all_patterns(arguments: &Arguments, draft: &mut Draft<'_>) -> Result<(), EvalError> {
    let keys = arguments.text(1) == "key";
    let pattern = arguments.pattern(2)?;
    let replacement = arguments.string(3, &draft.record())?.into_owned();
    draft.edit_map(arguments.path(0)?, |message, number| {
        wire::each_entry(message, number, |entry, out| {
            if keys {
                let key = pattern.replace_all(entry.key, replacement.as_str());
                wire::put_entry(out, number, &key, entry.value);
                return;
            }
            match Value::read(entry.value) {
                Value::Text(text) if pattern.is_match(&text) => {
                    let text = pattern.replace_all(&text, replacement.as_str());
                    put_text(out, number, entry.key, &text);
                }
                _ => out.extend_from_slice(entry.raw),
            }
        })
    })
}

/// A string that matches as a whole becomes the replacement; anything else stays.
fn replace_match(arguments: &Arguments, draft: &mut Draft<'_>) -> Result<(), EvalError> {
    let path = arguments.path(0)?;
    let pattern = arguments.pattern(1)?;
    let replaced = {
        let record = draft.record();
        match record.get(path)? {
            Value::Text(text) if pattern.is_match(&text) => {
                Value::owned(arguments.string(2, &record)?.into_owned())
            }
            _ => return Ok(()),
        }
    };
    draft.set(path, &replaced)
}

/// Every part of a string that matches becomes the replacement; what is no string stays.
fn replace_pattern(arguments: &Arguments, draft: &mut Draft<'_>) -> Result<(), EvalError> {
    let path = arguments.path(0)?;
    let pattern = arguments.pattern(1)?;
    let replaced = {
        let record = draft.record();
        match record.get(path)? {
            Value::Text(text) if pattern.is_match(&text) => {
                let replacement = arguments.string(2, &record)?;
                Value::owned(pattern.replace_all(&text, &*replacement).into_owned())
            }
            _ => return Ok(()),
        }
    };
    draft.set(path, &replaced)
}
