//! Editors that take entries out of a map.

use super::super::error::EvalError;
use super::super::functions::{Kind, Parameter};
use super::super::program::Arguments;
use super::super::record::Draft;
use super::super::wire;
use super::Editor;

const TARGET: Parameter = Parameter::of("target", Kind::Map);
const PATTERN: Parameter = Parameter::of("pattern", Kind::Pattern);

pub(super) const TABLE: &[Editor] = &[
    Editor::of("delete_key", &[TARGET, Parameter::value("key")], delete_key),
    Editor::of(
        "delete_matching_keys",
        &[TARGET, PATTERN],
        delete_matching_keys,
    ),
    Editor::of(
        "keep_keys",
        &[TARGET, Parameter::of("keys", Kind::Texts)],
        keep_keys,
    ),
    Editor::of("keep_matching_keys", &[TARGET, PATTERN], keep_matching_keys),
    Editor::of(
        "limit",
        &[
            TARGET,
            Parameter::of("limit", Kind::Integer),
            Parameter::of("priority_keys", Kind::Texts),
        ],
        limit,
    ),
];

/// Keeps the entries whose keys `keep` says yes to.
fn retain(
    arguments: &Arguments,
    draft: &mut Draft<'_>,
    mut keep: impl FnMut(&str) -> bool,
) -> Result<(), EvalError> {
    draft.edit_map(arguments.path(0)?, |message, number| {
        wire::each_entry(message, number, |entry, out| {
            if keep(entry.key) {
                out.extend_from_slice(entry.raw);
            }
        })
    })
}

fn delete_key(arguments: &Arguments, draft: &mut Draft<'_>) -> Result<(), EvalError> {
    let key = arguments.string(1, &draft.record())?.into_owned();
    retain(arguments, draft, |found| found != key)
}

fn delete_matching_keys(arguments: &Arguments, draft: &mut Draft<'_>) -> Result<(), EvalError> {
    let pattern = arguments.pattern(1)?;
    retain(arguments, draft, |key| !pattern.is_match(key))
}

fn keep_keys(arguments: &Arguments, draft: &mut Draft<'_>) -> Result<(), EvalError> {
    let keys = arguments.texts(1);
    retain(arguments, draft, |key| keys.iter().any(|kept| kept == key))
}

fn keep_matching_keys(arguments: &Arguments, draft: &mut Draft<'_>) -> Result<(), EvalError> {
    let pattern = arguments.pattern(1)?;
    retain(arguments, draft, |key| pattern.is_match(key))
}

/// Those with priority stay first; of the others as many as there is room for, in their order.
fn limit(arguments: &Arguments, draft: &mut Draft<'_>) -> Result<(), EvalError> {
    let limit = usize::try_from(arguments.integer(1).unwrap_or_default()).unwrap_or(usize::MAX);
    let priority = arguments.texts(2);
    let has_priority = |key: &str| priority.iter().any(|kept| kept == key);
    draft.edit_map(arguments.path(0)?, |message, number| {
        let keys = || wire::entries(message, number).map(|(key, _)| key);
        if keys().count() <= limit {
            return message.to_vec();
        }
        let mut first = keys().filter(|key| has_priority(key)).count().min(limit);
        let mut rest = limit - first;
        wire::each_entry(message, number, |entry, out| {
            let room = if has_priority(entry.key) {
                &mut first
            } else {
                &mut rest
            };
            if *room > 0 {
                *room -= 1;
                out.extend_from_slice(entry.raw);
            }
        })
    })
}
