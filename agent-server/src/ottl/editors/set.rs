//! `set` and `append`.

use super::super::error::EvalError;
use super::super::functions::{Kind, Parameter};
use super::super::program::Arguments;
use super::super::record::Draft;
use super::super::value::Value;
use super::super::wire;
use super::Editor;

pub(super) const TABLE: &[Editor] = &[
    Editor::of(
        "append",
        &[
            Parameter::of("target", Kind::Target),
            Parameter::optional("value", Kind::Value),
            Parameter::optional("values", Kind::Value),
        ],
        append,
    ),
    Editor::of(
        "set",
        &[
            Parameter::of("target", Kind::Target),
            Parameter::value("value"),
        ],
        set,
    ),
];

/// Nil sets nothing.
fn set(arguments: &Arguments, draft: &mut Draft<'_>) -> Result<(), EvalError> {
    let value = arguments.value(1, &draft.record())?.into_owned();
    match value {
        Value::Nil => Ok(()),
        value => draft.set(arguments.path(0)?, &value),
    }
}

/// What is no list becomes the first item of one.
fn append(arguments: &Arguments, draft: &mut Draft<'_>) -> Result<(), EvalError> {
    let path = arguments.path(0)?;
    let list = {
        let record = draft.record();
        let target = record.get(path)?;
        let value = arguments.value(1, &record)?;
        let values = arguments.value(2, &record)?;
        let mut items = flat(&target);
        items.extend(match &value {
            Value::Nil => None,
            value => Some(value.borrow()),
        });
        items.extend(flat(&values));
        Value::list(&items)?.into_owned()
    };
    draft.set(path, &list)
}

/// The items of a list, or the value itself.
fn flat<'v>(value: &'v Value<'_>) -> Vec<Value<'v>> {
    match value {
        Value::List(list) => wire::items(list).map(Value::read).collect(),
        Value::Nil => Vec::new(),
        other => vec![other.borrow()],
    }
}
