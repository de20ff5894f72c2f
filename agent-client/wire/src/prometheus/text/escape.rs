//! Names and texts between quotes.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::super::{Labels, is_label_name, is_metric_name};
use super::Escaping;

impl Escaping {
    /// The name of a family.
    #[must_use]
    pub fn metric(self, name: &str) -> Cow<'_, str> {
        escaped(name, self, is_metric_name(name))
    }

    /// Labels, of which those are joined by `;` whose names become equal.
    #[must_use]
    pub fn labels(self, labels: &Labels) -> Cow<'_, Labels> {
        let changes = |name: &str| matches!(self.label(name), Cow::Owned(_));
        if !labels.iter().any(|(name, _)| changes(name)) {
            return Cow::Borrowed(labels);
        }
        let mut pairs: Vec<(String, String)> = Vec::new();
        let escaped = labels.iter().map(|(name, value)| (self.label(name), value));
        let mut escaped: Vec<_> = escaped.collect();
        escaped.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (name, value) in escaped {
            match pairs.last_mut() {
                Some((last, joined)) if *last == name => {
                    joined.push(';');
                    joined.push_str(value);
                }
                _ => pairs.push((name.into_owned(), value.to_owned())),
            }
        }
        Cow::Owned(Labels::new(pairs))
    }

    fn label(self, name: &str) -> Cow<'_, str> {
        escaped(name, self, is_label_name(name))
    }
}

/// `name` as `escaping` has it; `is_plain` says that it needs no quotes as it is.
fn escaped(name: &str, escaping: Escaping, is_plain: bool) -> Cow<'_, str> {
    match escaping {
        Escaping::AllowUtf8 => Cow::Borrowed(name),
        Escaping::Dots if is_plain && !name.contains('_') => Cow::Borrowed(name),
        Escaping::Dots => Cow::Owned(dots(name)),
        Escaping::Underscores | Escaping::Values if is_plain => Cow::Borrowed(name),
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
