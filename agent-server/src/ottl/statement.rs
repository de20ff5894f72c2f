//! Conditions and statements: what the rest of the agent uses.

use campanile_wire::otlp::Signal;

use super::compile::{self, Compiled, infer};
use super::context::Context;
use super::error::{EvalError, ParseError};
use super::program::Predicate;
use super::record::{Draft, Record};

/// A condition, parsed once and matched as often as needed.
#[derive(Clone, Debug)]
pub struct Condition {
    text: String,
    predicate: Predicate,
}

impl Condition {
    /// Parses a condition on data of `context`.
    ///
    /// # Errors
    ///
    /// The first thing wrong with it, with its column.
    pub fn parse(context: Context, text: &str) -> Result<Self, ParseError> {
        let predicate = compile::condition(context, text);
        Ok(Self {
            predicate: predicate.map_err(|mistake| mistake.locate(text))?,
            text: text.to_owned(),
        })
    }

    /// Parses the statement `route() where ...` of a connector that routes: what matters is the
    /// condition.
    ///
    /// # Errors
    ///
    /// The first thing wrong with it, with its column.
    pub fn parse_route(context: Context, text: &str) -> Result<Self, ParseError> {
        let predicate = compile::route(context, text);
        Ok(Self {
            predicate: predicate.map_err(|mistake| mistake.locate(text))?,
            text: text.to_owned(),
        })
    }

    /// Whether it holds on `record`, which is of the context it was parsed for.
    ///
    /// # Errors
    ///
    /// When a function cannot do with a value, or a key does not fit.
    pub fn matches(&self, record: &Record<'_>) -> Result<bool, EvalError> {
        self.predicate.holds(record)
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A statement, parsed once and run as often as needed.
#[derive(Clone, Debug)]
pub struct Statement {
    text: String,
    compiled: Compiled,
}

impl Statement {
    /// Parses a statement on data of `context`.
    ///
    /// # Errors
    ///
    /// The first thing wrong with it, with its column.
    pub fn parse(context: Context, text: &str) -> Result<Self, ParseError> {
        let compiled = compile::statement(context, text);
        Ok(Self {
            compiled: compiled.map_err(|mistake| mistake.locate(text))?,
            text: text.to_owned(),
        })
    }

    /// Runs it where its condition holds.
    ///
    /// # Errors
    ///
    /// When the condition cannot be decided, or a value does not fit; nothing has changed then.
    pub fn run(&self, draft: &mut Draft<'_>) -> Result<(), EvalError> {
        if let Some(condition) = &self.compiled.condition
            && !condition.holds(&draft.record())?
        {
            return Ok(());
        }
        (self.compiled.editor.call)(&self.compiled.arguments, draft)
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The context of conditions and statements whose paths name it; on an error, which of `texts` it
/// is in. Each text comes with whether it is a condition.
///
/// # Errors
///
/// When a path does not name its context, or the signal has no such context.
pub(crate) fn inferred(
    signal: Signal,
    texts: &[(&str, bool)],
) -> Result<Context, (usize, ParseError)> {
    infer(signal, texts).map_err(|(index, mistake)| {
        let text = texts.get(index).map_or("", |(text, _)| text);
        (index, mistake.locate(text))
    })
}
