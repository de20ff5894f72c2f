//! Names and texts between quotes.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::Escaping;

/// `name` as `escaping` has it; `is_plain` says that it needs no quotes as it is.
pub(super) fn name(name: &str, escaping: Escaping, is_plain: bool) -> Cow<'_, str> {
    match escaping {
        Escaping::AllowUtf8 => Cow::Borrowed(name),
        Escaping::Dots if is_plain && !name.contains('_') => Cow::Borrowed(name),
        _ if is_plain && escaping != Escaping::Dots => Cow::Borrowed(name),
        Escaping::Dots => Cow::Owned(dots(name)),
        Escaping::Underscores => Cow::Owned(mapped(name, |out, _| out.push('_'))),
        Escaping::Values => Cow::Owned(values(name)),
    }
}

fn mapped(name: &str, mut other: impl FnMut(&mut String, char)) -> String {
    let mut out = String::with_capacity(name.len());
    for (place, c) in name.chars().enumerate() {
        if c.is_ascii_alphabetic() || c == '_' || (place > 0 && c.is_ascii_digit()) {
            out.push(c);
        } else {
            other(&mut out, c);
        }
    }
    out
}

fn dots(name: &str) -> String {
    let doubled = name.replace('_', "__");
    mapped(&doubled, |out, c| {
        out.push_str(if c == '.' { "_dot_" } else { "__" });
    })
}

fn values(name: &str) -> String {
    let doubled = name.replace('_', "__");
    let escaped = mapped(&doubled, |out, c| {
        let _ = write!(out, "_{:x}_", u32::from(c));
    });
    format!("U__{escaped}")
}

/// Writes `text` with `\\`, `\n` and, where `quotes` says so, `\"` escaped.
pub(super) fn text(out: &mut String, text: &str, quotes: bool) {
    for c in text.chars() {
        match c {
            '\\' => out.push_str(r"\\"),
            '\n' => out.push_str(r"\n"),
            '"' if quotes => out.push_str("\\\""),
            c => out.push(c),
        }
    }
}
