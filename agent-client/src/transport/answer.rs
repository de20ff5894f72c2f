//! What an agent answers to an OTLP request.

use campanile_wire::otlp::response::{self, PartialSuccess};

/// How the agent answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It will never take this; why.
    GaveUp(String),
    /// It took it, all of it or but for a part.
    Taken(Option<PartialSuccess>),
}

/// Reads the message of a good answer. One that cannot be read came with a good status all the
/// same: the items are there.
pub(super) fn taken(message: &[u8]) -> Answer {
    partly(response::decode(message).unwrap_or_default())
}

/// A part that was not taken is none when nothing was rejected: it is a remark then.
pub(super) fn partly(partial: Option<PartialSuccess>) -> Answer {
    let rejected = partial.filter(|partial| partial.rejected > 0);
    Answer::Taken(rejected.map(|partial| PartialSuccess {
        message: one_line(&partial.message),
        ..partial
    }))
}

/// The beginning of a text of the agent's, in one line.
pub(super) fn one_line(text: &str) -> String {
    let beginning: String = text.chars().take(200).collect();
    beginning.escape_debug().to_string()
}
