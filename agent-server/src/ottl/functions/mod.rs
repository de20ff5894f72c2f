//! Converters: functions with a value.

mod check;
mod collection;
mod convert;
mod hash;
mod parameter;
mod text;
mod time;

pub(super) use self::parameter::{Kind, Parameter};

use super::context::Context;
use super::error::EvalError;
use super::program::Arguments;
use super::record::Record;
use super::value::Value;

/// What a converter does.
pub(super) type Call = for<'a> fn(&'a Arguments, &Record<'a>) -> Result<Value<'a>, EvalError>;

/// A function with a value.
pub(super) struct Converter {
    /// The name, as in the Collector.
    pub(super) name: &'static str,
    pub(super) parameters: &'static [Parameter],
    /// Where it may stand; empty for everywhere.
    pub(super) contexts: &'static [Context],
    pub(super) call: Call,
}

impl Converter {
    const fn of(name: &'static str, parameters: &'static [Parameter], call: Call) -> Self {
        Self {
            name,
            parameters,
            contexts: &[],
            call,
        }
    }

    const fn only(self, contexts: &'static [Context]) -> Self {
        Self { contexts, ..self }
    }
}

impl std::fmt::Debug for Converter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

/// Every converter.
pub(super) fn converters() -> impl Iterator<Item = &'static Converter> {
    let tables = [
        check::TABLE,
        collection::TABLE,
        convert::TABLE,
        hash::TABLE,
        text::TABLE,
        time::TABLE,
    ];
    tables.into_iter().flatten()
}
