//! Text of others made harmless to look at.
//!
//! Span names and attributes may hold terminal escapes, line breaks, and marks that turn the
//! direction of text around: whoever writes them could forge rows of a table, or hide them.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text with control characters, direction marks and other invisible characters written as
/// `\u{..}` (and `\n`, `\r`, `\t`). Ordinary text, of any script, stays as it is.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_hidden(character) {
            // Writing to a string does not fail.
            let _ = write!(out, "{}", character.escape_default());
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

/// [`visible`] text of at most `max` characters, the last of which says that there was more.
#[must_use]
pub fn shortened(text: &str, max: usize) -> Cow<'_, str> {
    let text = visible(text);
    match text.char_indices().nth(max) {
        None => text,
        Some(_) => {
            let kept: String = text.chars().take(max.saturating_sub(3)).collect();
            Cow::Owned(format!("{kept}..."))
        }
    }
}

/// Controls, marks and spaces that show as nothing or rearrange what is beside them.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_line_breaks_and_direction_marks_are_written_out() {
        assert_eq!(visible("a\u{1b}[31mb\nc"), "a\\u{1b}[31mb\\nc");
        assert_eq!(visible("\u{202e}txt.exe"), "\\u{202e}txt.exe");
        assert_eq!(visible("\u{9b}2J\u{7f}"), "\\u{9b}2J\\u{7f}");
        let plain = "GET /users/{id} \u{43f}\u{440}\u{438} \u{1f514} \"q\" \\";
        assert!(matches!(visible(plain), Cow::Borrowed(text) if text == plain));
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(shortened("abcdef", 6), "abcdef");
        assert_eq!(shortened("abcdefg", 6), "abc...");
        assert_eq!(shortened("\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}", 4), "\u{e9}...");
    }
}
