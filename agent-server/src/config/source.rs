//! Texts of configuration, and places in them.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A text that configuration came from: a file, a `--set`, the embedded default.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// What the text is called in messages: the path as it was given.
    pub name: String,
    /// The text.
    pub text: String,
    /// The bytes of the text that are secrets, once that is known.
    pub(super) secrets: OnceLock<Vec<Range<usize>>>,
}

impl Source {
    /// Names a text.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self {
            name: name.into(),
            text: text.into(),
            secrets: OnceLock::new(),
        })
    }
}

/// A stretch of a source.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    /// The text it lies in.
    pub source: Arc<Source>,
    /// Its first byte.
    pub offset: usize,
    /// Its length in bytes.
    pub len: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in characters, from 1.
    pub column: usize,
}

impl Place {
    /// The stretch of `length` characters that begins in `line` at `column`, both from 1. What lies
    /// beyond the text's end is taken for its end; the stretch ends with its line.
    #[must_use]
    pub fn new(source: &Arc<Source>, line: usize, column: usize, length: usize) -> Self {
        let start = line_start(&source.text, line);
        let rest = source.text.get(start..).unwrap_or_default();
        let this = rest.split('\n').next().unwrap_or_default();
        let offset = start + bytes_of(this, column.saturating_sub(1));
        Self::at_offset(source, offset, (line, column), length)
    }

    /// The stretch of `length` characters that begins at byte `offset`, known to be in that line
    /// and column. The stretch ends with its line.
    #[must_use]
    pub fn at_offset(
        source: &Arc<Source>,
        offset: usize,
        (line, column): (usize, usize),
        length: usize,
    ) -> Self {
        let rest = source.text.get(offset..).unwrap_or_default();
        let this = rest.split('\n').next().unwrap_or_default();
        Self {
            source: Arc::clone(source),
            offset: offset.min(source.text.len()),
            len: bytes_of(this, length),
            line: line.max(1),
            column: column.max(1),
        }
    }

    /// The place of `text` within the line `line`, or the line's start.
    #[must_use]
    pub fn of_text(source: &Arc<Source>, line: usize, text: &str) -> Self {
        let start = line_start(&source.text, line);
        let rest = source.text.get(start..).unwrap_or_default();
        let this = rest.split('\n').next().unwrap_or_default();
        let column = this
            .find(text)
            .map_or(1, |at| this[..at].chars().count() + 1);
        Self::new(source, line, column, text.chars().count())
    }
}

/// The bytes that the first `characters` of a text take.
fn bytes_of(text: &str, characters: usize) -> usize {
    text.char_indices()
        .nth(characters)
        .map_or(text.len(), |(index, _)| index)
}

/// The first byte of a line, or the text's end.
fn line_start(text: &str, line: usize) -> usize {
    text.split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum()
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}:{}:{}",
            self.source.name, self.line, self.column
        )
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}
