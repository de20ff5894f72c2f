//! Why JSON text is not an OTLP message, and where.

use std::fmt::Write as _;

/// How much of a reason is kept: it may quote the text, and the text may be long.
const MAX_REASON: usize = 200;

/// JSON text that is not the message it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} column {column}: {reason}{}", in_path(.path))]
pub struct JsonError {
    line: usize,
    column: usize,
    path: String,
    reason: String,
}

impl JsonError {
    /// Describes `error`, which was met below the steps of `path`, innermost first.
    pub(super) fn new(error: &serde_json::Error, path: &[Step]) -> Self {
        let text = error.to_string();
        // serde_json writes the position into the text as well.
        let reason = match text.rsplit_once(" at line ") {
            Some((reason, _)) if error.line() > 0 => reason,
            _ => &text,
        };
        Self {
            line: error.line(),
            column: error.column(),
            path: render(path),
            reason: reason.chars().take(MAX_REASON).collect(),
        }
    }

    /// The line on which the error was found, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column at which the error was found, from 1; 0 is the start of the line.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }

    /// The keys and indexes that lead to the value, `resourceSpans[0].resource`; empty at the top.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// One step from a message or list into its content.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// An element of a list.
    Index(usize),
    /// A field of a message.
    Key(&'static str),
}

fn render(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path.iter().rev() {
        match step {
            Step::Index(index) => write!(text, "[{index}]").expect("a String takes any text"),
            Step::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(key);
            }
        }
    }
    text
}

fn in_path(path: &str) -> String {
    if path.is_empty() {
        String::new()
    } else {
        format!(", in {path}")
    }
}
