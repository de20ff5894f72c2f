//! What destinations answer.

use std::error::Error;
use std::fmt::Write as _;

use campanile_wire::otlp::response::PartialSuccess;

use crate::component::Exported;

/// The most of an answer that is read. What matters in it is a number and a sentence.
pub(crate) const MAX_ANSWER: usize = 64 << 10;

/// How much of a text from outside is repeated in errors.
const MAX_EXCERPT: usize = 200;

/// What stands at the end of an excerpt in place of the rest.
pub(crate) const CUT: &str = "...";

/// The beginning of `text`, in one line and without control characters.
pub(crate) fn excerpt(text: &[u8]) -> String {
    let cut = text.get(..MAX_EXCERPT).unwrap_or(text);
    let mut out = String::new();
    for character in String::from_utf8_lossy(cut).trim().chars() {
        if character.is_control() {
            let _ = write!(out, "{}", character.escape_default());
        } else {
            out.push(character);
        }
    }
    if cut.len() < text.len() {
        out.push_str(CUT);
    }
    out
}

/// What was exported according to an answer. One that cannot be read is full success: the
/// destination has said so by its status.
pub(crate) fn exported<E>(answer: Result<Option<PartialSuccess>, E>) -> Exported {
    let partial = answer.ok().flatten().unwrap_or_default();
    Exported {
        rejected: partial.rejected,
        sampled_out: 0,
        message: excerpt(partial.message.as_bytes()),
    }
}

/// The innermost cause of an error: the outer ones only say that something failed.
pub(crate) fn root(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_cannot_be_read_is_success() {
        assert_eq!(exported(Err("not protobuf")), Exported::default());
        assert_eq!(exported::<()>(Ok(None)), Exported::default());
    }

    #[test]
    fn excerpts_are_one_short_line() {
        assert_eq!(excerpt(b" no\r\n\x1b[31mred "), r"no\r\n\u{1b}[31mred");
        assert_eq!(excerpt(&[b'x'; 500]), format!("{}...", "x".repeat(200)));
    }
}
