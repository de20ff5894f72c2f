//! The grammar of one `tracestate` member, Level 2.

use crate::ExtractError;
use crate::whitespace::trim_text;

/// The longest key, in bytes.
pub(super) const MAX_KEY: usize = 256;

/// The longest value, in bytes.
pub(super) const MAX_VALUE: usize = 256;

/// The members of a list, without the spaces around them and without the empty ones.
pub(super) fn split(list: &str) -> impl Iterator<Item = &str> + Clone {
    list.split(',')
        .map(trim_text)
        .filter(|member| !member.is_empty())
}

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

/// <https://www.w3.org/TR/trace-context-2/#key>
pub(super) fn is_key(key: &str) -> bool {
    let starts_well = key.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    starts_well
        && key.len() <= MAX_KEY
        && key.bytes().all(
            |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'*' | b'/' | b'@'),
        )
}

/// <https://www.w3.org/TR/trace-context-2/#value>
pub(super) fn is_value(value: &str) -> bool {
    !value.is_empty()
        && value.len() <= MAX_VALUE
        && !value.ends_with(' ')
        && value
            .bytes()
            .all(|byte| matches!(byte, b' '..=b'~') && byte != b',' && byte != b'=')
}

/// Whether OpenTelemetry's `TraceState` takes this key, which is known to be valid: it allows one
/// `@`, with at most thirteen characters after it, the first of them a letter or a digit.
pub(super) fn fits_trace_state(key: &str) -> bool {
    let Some((_, system)) = key.split_once('@') else {
        return true;
    };
    system.len() <= 13 && !system.contains('@') && !system.starts_with(['_', '-', '*', '/'])
}
