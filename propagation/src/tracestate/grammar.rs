//! The grammar of one `tracestate` member, Level 2.

use super::MAX_MEMBERS;
use crate::ExtractError;

/// The longest key, in bytes.
pub(super) const MAX_KEY: usize = 256;

/// The longest value, in bytes.
pub(super) const MAX_VALUE: usize = 256;

/// What a byte may be part of: one look instead of several comparisons.
static BYTES: [u8; 256] = bytes();

const OF_KEY: u8 = 1;
const OF_VALUE: u8 = 2;

/// Divides a member into key and value, each checked.
pub(super) fn parse(member: &str) -> Result<(&str, &str), ExtractError> {
    let (key, value) = member
        .split_once('=')
        .ok_or(ExtractError::TracestateInvalidMember)?;
    if !is_key(key) {
        return Err(ExtractError::TracestateInvalidKey);
    }
    if !is_value(value) {
        return Err(ExtractError::TracestateInvalidValue);
    }
    Ok((key, value))
}

/// How many bytes from the start of the list belong to the first member's key and value, when the
/// list begins with a valid member and nothing but the next comma follows it. That is all but
/// the oddest members; what is different is for [`parse`] to judge.
#[inline]
pub(super) fn measure(list: &[u8]) -> Option<(usize, usize)> {
    let key = run(list, OF_KEY);
    let after = list.get(key..)?;
    let [b'=', after @ ..] = after else {
        return None;
    };
    let value = run(after, OF_VALUE);
    let (value_text, rest) = after.split_at_checked(value)?;
    let ends = matches!(rest.first(), None | Some(b','));
    let fits = key <= MAX_KEY && value <= MAX_VALUE;
    let valid = fits && starts_key(list) && value_text.last().is_some_and(|byte| *byte != b' ');
    (ends && valid).then_some((key, value))
}

/// Whether the list has one to [`MAX_MEMBERS`] members, each of which can be measured.
pub(super) fn is_plain(mut list: &[u8]) -> bool {
    for _ in 0..MAX_MEMBERS {
        let Some((key, value)) = measure(list) else {
            return false;
        };
        match list.get(key + 1 + value..) {
            Some([b',', rest @ ..]) => list = rest,
            _ => return true,
        }
    }
    false
}

/// <https://www.w3.org/TR/trace-context-2/#key>
pub(super) fn is_key(key: &str) -> bool {
    starts_key(key.as_bytes()) && key.len() <= MAX_KEY && run(key.as_bytes(), OF_KEY) == key.len()
}

/// <https://www.w3.org/TR/trace-context-2/#value>
pub(super) fn is_value(value: &str) -> bool {
    !value.is_empty()
        && value.len() <= MAX_VALUE
        && !value.ends_with(' ')
        && run(value.as_bytes(), OF_VALUE) == value.len()
}

/// Whether OpenTelemetry's `TraceState` takes this key, which is known to be valid: it allows one
/// `@`, with at most thirteen characters after it, the first of them a letter or a digit.
pub(super) fn fits_trace_state(key: &str) -> bool {
    let Some((_, system)) = crate::list::split_once(key, b'@') else {
        return true;
    };
    system.len() <= 13 && !system.contains('@') && !system.starts_with(['_', '-', '*', '/'])
}

#[inline]
fn starts_key(key: &[u8]) -> bool {
    matches!(key.first(), Some(b'a'..=b'z' | b'0'..=b'9'))
}

/// How many bytes at the start are part of this.
#[inline]
fn run(text: &[u8], part: u8) -> usize {
    text.iter()
        .position(|byte| BYTES[usize::from(*byte)] & part == 0)
        .unwrap_or(text.len())
}

const fn bytes() -> [u8; 256] {
    let mut parts = [0; 256];
    let mut byte = 0_u8;
    while byte < 0x7f {
        let of_key = matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'*' | b'/' | b'@');
        let of_value = matches!(byte, b' '..=b'~') && byte != b',' && byte != b'=';
        parts[byte as usize] =
            if of_key { OF_KEY } else { 0 } | if of_value { OF_VALUE } else { 0 };
        byte += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_measured_is_what_is_parsed(
            text in "([a-c@_=, \t~\u{7f}]{0,12}|[a-z0-9@]{1,300}=[ -~]{1,300})",
        ) {
            if let Some((key, value)) = measure(text.as_bytes()) {
                let member = text.split(',').next().unwrap_or_default();
                prop_assert_eq!(parse(member), Ok((&text[..key], &text[key + 1..][..value])));
            }
        }

        #[test]
        fn a_member_without_spaces_around_it_is_measured(
            key in "[a-z0-9][a-z0-9_*/@-]{0,255}", value in "[ -+\\--<>-~]{0,255}[!-+\\--<>-~]",
        ) {
            let list = format!("{key}={value},rest");
            prop_assert_eq!(measure(list.as_bytes()), Some((key.len(), value.len())));
        }
    }
}
