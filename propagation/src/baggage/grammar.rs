//! The grammar of a baggage list.
//!
//! <https://www.w3.org/TR/baggage/#definition>

/// What a byte may be part of: one look instead of several comparisons.
static BYTES: [u8; 256] = bytes();

const OF_TOKEN: u8 = 1;
const OF_VALUE: u8 = 2;

/// <https://www.rfc-editor.org/rfc/rfc7230#section-3.2.6>
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && after(text.as_bytes(), OF_TOKEN).is_empty()
}

/// `*baggage-octet`, <https://www.w3.org/TR/baggage/#value>
pub(super) fn is_value(text: &str) -> bool {
    after(text.as_bytes(), OF_VALUE).is_empty()
}

/// How many members a list has, all of them valid, when it is written plainly: nothing empty, and
/// spaces only after a comma or a semicolon. `None` leaves the list for a closer look.
pub(super) fn count(list: &[u8]) -> Option<usize> {
    let mut rest = list;
    let mut members = 1;
    loop {
        rest = after_value(after_token(rest)?)?;
        while let [b';', property @ ..] = rest {
            rest = after_token(after_spaces(property))?;
            rest = after_value(rest).unwrap_or(rest);
        }
        match rest {
            [] => return Some(members),
            [b',', next @ ..] => rest = after_spaces(next),
            _ => return None,
        }
        members += 1;
    }
}

#[inline]
fn after_token(text: &[u8]) -> Option<&[u8]> {
    let rest = after(text, OF_TOKEN);
    (rest.len() < text.len()).then_some(rest)
}

/// What follows an equals sign and the value after it.
#[inline]
fn after_value(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b'=', value @ ..] => Some(after(value, OF_VALUE)),
        _ => None,
    }
}

#[inline]
fn after_spaces(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = text {
        text = rest;
    }
    text
}

/// The text from the first byte that is no part of this.
#[inline]
fn after(text: &[u8], part: u8) -> &[u8] {
    let length = text
        .iter()
        .position(|byte| BYTES[usize::from(*byte)] & part == 0);
    length.map_or(&[], |length| text.get(length..).unwrap_or_default())
}

const fn bytes() -> [u8; 256] {
    let mut parts = [0; 256];
    let mut byte = 0_u8;
    while byte < 0x7f {
        let of_token = byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
            );
        let of_value = byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\');
        parts[byte as usize] =
            if of_token { OF_TOKEN } else { 0 } | if of_value { OF_VALUE } else { 0 };
        byte += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::member::Member;
    use super::*;

    #[test]
    fn a_token_and_a_value_are_made_of_these_bytes() {
        let all: String = (0..=0x7f_u8).map(char::from).collect();
        let of = |valid: fn(&str) -> bool| -> String {
            let text = all.chars().map(String::from);
            text.filter(|byte| valid(byte)).collect()
        };
        let alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~";
        assert_eq!(of(is_token), format!("!#$%&'*+-.{alphabet}"));
        let graphic: String = ('!'..='~').filter(|c| !"\",;\\".contains(*c)).collect();
        assert_eq!(of(is_value), graphic);
        assert!(!is_token("\u{e9}") && !is_value("\u{e9}"));
        assert!(!is_token("") && is_value(""));
    }

    const PLAIN: &str = "[a-z]{1,4}=[a-z=%]{0,4}(; ?[a-z]{1,2}(=[a-z]{0,2})?){0,2}";

    proptest! {
        #[test]
        fn what_is_counted_has_only_valid_members(text in "[ab=;, \t%\"]{0,16}") {
            if let Some(members) = count(text.as_bytes()) {
                let pieces: Vec<&str> = text.split(',').map(str::trim).collect();
                prop_assert_eq!(pieces.len(), members);
                for piece in pieces {
                    prop_assert!(Member::parse(piece.as_bytes()).is_some(), "{}", piece);
                }
                prop_assert_eq!(text.trim(), &text);
            }
        }

        #[test]
        fn a_plain_list_is_counted(members in prop::collection::vec(PLAIN, 1..9)) {
            prop_assert_eq!(count(members.join(", ").as_bytes()), Some(members.len()));
        }
    }
}
