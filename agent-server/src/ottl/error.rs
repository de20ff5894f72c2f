//! What can be wrong with a statement, and what can go wrong when it runs.

use std::ops::Range;

use crate::component::Invalid;

/// How much of a statement is shown around a mistake.
const SHOWN: usize = 40;

/// A statement or condition that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} at column {column}: `{excerpt}`")]
pub struct ParseError {
    /// What is wrong, in lower case and without a full stop.
    pub message: String,
    /// The first character of what is wrong, counted from 1.
    pub column: usize,
    /// What is wrong and a little of what follows.
    pub excerpt: String,
    /// What to type instead, if that is known.
    pub help: Option<String>,
}

impl ParseError {
    /// The same as what is wrong with the value at `key` of a component.
    pub(crate) fn at(self, key: impl Into<String>) -> Invalid {
        Invalid {
            key: key.into(),
            message: self.to_string(),
            help: self.help,
        }
    }
}

/// A mistake at a place in the text of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) at: Range<usize>,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Mistake {
    /// Says what is wrong with the bytes `at` of the text.
    pub(super) fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
            help: None,
        }
    }

    /// Says what to type instead.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The mistake as it is shown, in `text`.
    pub(super) fn locate(self, text: &str) -> ParseError {
        let start = floor(text, self.at.start);
        let before = text.get(..start).unwrap_or_default();
        let rest = text.get(start..).unwrap_or_default();
        let mut excerpt: String = rest.chars().take(SHOWN).collect();
        if excerpt.len() < rest.len() {
            excerpt.push_str("...");
        }
        if rest.is_empty() {
            excerpt.push_str("(end)");
        }
        ParseError {
            message: self.message,
            column: before.chars().count() + 1,
            excerpt,
            help: self.help,
        }
    }
}

/// The start of the character that `index` lies in.
fn floor(text: &str, index: usize) -> usize {
    let mut index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}

/// "did you mean `a`? known here: `a`, `b`".
pub(super) fn suggestion<'n>(typed: &str, known: impl Iterator<Item = &'n str>) -> String {
    let mut known: Vec<&str> = known.collect();
    known.sort_unstable();
    known.dedup();
    let meant = crate::config::closest(typed, &known).or_else(|| {
        let same = |name: &&&str| name.eq_ignore_ascii_case(typed);
        known.iter().find(same).copied()
    });
    let quoted: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    let list = format!("known here: {}", quoted.join(", "));
    match meant {
        Some(meant) => format!("did you mean `{meant}`? {list}"),
        None => list,
    }
}

/// Why a statement could not be carried out on some data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EvalError(String);

impl EvalError {
    /// Says what happened, in lower case and without a full stop.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}
