//! What people get wrong in YAML, explained.

use std::sync::Arc;

use super::parse::at;
use super::tree::{Node, Shape};
use super::{Place, Problem, Source};

/// Explains a syntax error: by the mistake behind it if that is one of the usual ones, else in the
/// parser's words.
pub(super) fn syntax(source: &Arc<Source>, error: &serde_saphyr::Error) -> Problem {
    let error = error.without_snippet();
    let place = error.location().map_or_else(
        || Place::new(source, 1, 1, 1),
        |location| at(source, location),
    );
    if let Some(problem) = tab(source, place.line) {
        return problem;
    }
    if let Some(problem) = missing_space_near(source, place.line) {
        return problem;
    }
    let (message, help) = in_other_words(error);
    Problem::error(&place, message).help(help)
}

fn in_other_words(error: &serde_saphyr::Error) -> (String, Option<String>) {
    use serde_saphyr::Error;
    match error {
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().unwrap_or("this key");
            let help = "leave one of the two out, or put their values together".to_owned();
            (format!("`{key}` is written twice here"), Some(help))
        }
        Error::MultipleDocuments { .. } => {
            let help = "give each document to a --config of its own".to_owned();
            ("a second document begins here".to_owned(), Some(help))
        }
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => {
            let message = "this is more than a configuration may hold: 100,000 values, aliases \
                           counted as what they stand for, 64 within each other";
            (message.to_owned(), None)
        }
        Error::NullIntoString { .. } | Error::Unexpected { .. } => {
            ("a key must be a text".to_owned(), None)
        }
        error => {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default();
            // The parser repeats where it was, which the problem says already.
            let message = first
                .split_once(" at line ")
                .map_or(first, |(message, _)| message);
            let message = message.trim_end_matches([':', ',']);
            (format!("this is not valid YAML: {message}"), None)
        }
    }
}

/// A file in which nothing is written.
pub(super) fn empty(source: &Arc<Source>) -> Problem {
    let help = "write at least one receiver, one exporter and a pipeline; without --config the \
                embedded default runs, which `campanile config print` shows";
    let start = Place::new(source, 1, 1, 0);
    Problem::error(&start, "the file is empty").help(help.to_owned())
}

/// A file whose outermost value has no sections.
pub(super) fn not_a_map(node: &Node) -> Problem {
    let message = format!(
        "expected sections such as `receivers:`, found {}",
        node.describe()
    );
    Problem::error(&node.place, message).help(wants_map(node))
}

/// Why a value may not be the map that its author meant.
pub(super) fn wants_map(node: &Node) -> Option<String> {
    let Shape::Text(text) = &node.shape else {
        return None;
    };
    if !node.expansions.is_empty() {
        return None;
    }
    glued_key(text)
}

/// What to write for a text that is a key and a value without a space between them.
pub(super) fn glued_key(text: &str) -> Option<String> {
    missing_space(text).map(|fixed| format!("put a space after the colon: `{fixed}`"))
}

/// The first line before the error that is indented with a tab.
fn tab(source: &Arc<Source>, until: usize) -> Option<Problem> {
    let lines = source.text.lines().enumerate().take(until);
    let mut tabs = lines.filter_map(|(index, line)| {
        let indent = line.len() - line.trim_start().len();
        let column = line[..indent].find('\t')?;
        (line.len() > indent).then_some((index + 1, column + 1))
    });
    let (line, column) = tabs.next()?;
    let place = Place::new(source, line, column, 1);
    let help = "indent with spaces".to_owned();
    Some(Problem::error(&place, "a tab indents this line, which YAML forbids").help(help))
}

/// A key without a space after its colon, in the line of the error or just before it.
fn missing_space_near(source: &Arc<Source>, line: usize) -> Option<Problem> {
    let first = line.saturating_sub(2);
    let mut lines = source.text.lines().enumerate().skip(first).take(3);
    lines.find_map(|(index, text)| {
        let text = text.trim().trim_start_matches("- ");
        let help = glued_key(text)?;
        let place = Place::of_text(source, index + 1, text);
        let message = format!("`{text}` is one word to YAML, not a key and a value");
        Some(Problem::error(&place, message).help(help))
    })
}

/// `endpoint: 0.0.0.0:1` for `endpoint:0.0.0.0:1`, if that is what it looks like.
fn missing_space(text: &str) -> Option<String> {
    let (key, value) = text.split_once(':')?;
    let is_key = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-/".contains(c));
    let glued = !value.is_empty()
        && !value.starts_with(char::is_whitespace)
        && !value.starts_with("//")
        && !text.contains(": ")
        && !value.ends_with(':');
    (is_key && glued).then(|| format!("{key}: {value}"))
}
