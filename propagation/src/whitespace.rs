//! Optional whitespace, as HTTP allows it around values: spaces and tabs.
//!
//! <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.3>

/// The value without the spaces and tabs around it.
pub(crate) fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// The same for text. (`str::trim_matches` would decode characters.)
pub(crate) fn trim_text(text: &str) -> &str {
    let shown = |byte: &u8| !matches!(byte, b' ' | b'\t');
    let start = text
        .bytes()
        .position(|byte| shown(&byte))
        .unwrap_or(text.len());
    let end = text
        .as_bytes()
        .iter()
        .rposition(shown)
        .map_or(start, |last| last + 1);
    text.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_spaces_and_tabs_at_the_ends_are_taken_away() {
        let cases = [
            ("", ""),
            (" \t ", ""),
            (" a b\t", "a b"),
            ("a", "a"),
            ("\u{a0}\u{e9} ", "\u{a0}\u{e9}"),
        ];
        for (text, trimmed) in cases {
            assert_eq!(trim_text(text), trimmed);
            assert_eq!(trim(text.as_bytes()), trimmed.as_bytes());
        }
    }
}
