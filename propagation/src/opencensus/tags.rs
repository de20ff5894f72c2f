//! The binary tags: keys and values, each with its length before it.

use http::HeaderName;
use opentelemetry::baggage::Baggage;

use crate::ExtractError;
use crate::baggage::MAX_MEMBERS;

/// The most bytes of keys and values together that are read or sent.
pub const MAX_TAGS_BYTES: usize = 8192;

/// The longest key and the longest value, in bytes.
pub const MAX_TAG_BYTES: usize = 255;

/// The id of the only field there is.
const TAG: u8 = 0;

/// Reads tags as baggage; of a repeated key the last value counts.
///
/// OpenTelemetry's baggage takes only tokens for names and [`MAX_MEMBERS`] of them: what it cannot
/// hold is reported to `on_rejection` and dropped.
///
/// <https://github.com/census-instrumentation/opencensus-specs/blob/master/encodings/BinaryEncoding.md#tag-context>
///
/// # Errors
///
/// [`ExtractError::OpencensusUnknownVersion`] and the `OpencensusTags` variants. Any of them
/// discards all tags, as the specification says.
pub fn decode_tags(
    bytes: &[u8],
    on_rejection: &mut dyn FnMut(ExtractError),
) -> Result<Baggage, ExtractError> {
    let tags = divide(bytes)?;
    let mut baggage = Baggage::new();
    for (key, value) in tags {
        if HeaderName::from_bytes(key.as_bytes()).is_err() {
            on_rejection(ExtractError::OpencensusTagNotToken);
        } else if baggage.len() == MAX_MEMBERS && baggage.get(key).is_none() {
            on_rejection(ExtractError::BaggageTooManyMembers);
        } else {
            baggage.insert(key.to_owned(), value.to_owned());
        }
    }
    Ok(baggage)
}

/// The bytes to send for baggage, names in alphabetical order; `None` for nothing.
///
/// An entry whose name or value is no tag's is left out. Tags that exceed [`MAX_TAGS_BYTES`] are
/// not sent at all, as the specification says. Properties have no place in tags.
#[must_use]
pub fn encode_tags(baggage: &Baggage) -> Option<Vec<u8>> {
    let mut tags: Vec<(&str, &str)> = baggage
        .iter()
        .map(|(key, (value, _))| (key.as_str(), value.as_str()))
        .filter(|(key, value)| !key.is_empty() && is_text(key) && is_text(value))
        .collect();
    let total: usize = tags
        .iter()
        .map(|(key, value)| key.len() + value.len())
        .sum();
    if tags.is_empty() || total > MAX_TAGS_BYTES {
        return None;
    }
    tags.sort_unstable();
    let mut bytes = vec![0];
    for (key, value) in tags {
        bytes.push(TAG);
        put(&mut bytes, key);
        put(&mut bytes, value);
    }
    Some(bytes)
}

fn divide(bytes: &[u8]) -> Result<Vec<(&str, &str)>, ExtractError> {
    let Some((version, mut rest)) = bytes.split_first() else {
        return Ok(Vec::new());
    };
    if *version != 0 {
        return Err(ExtractError::OpencensusUnknownVersion);
    }
    let (mut tags, mut total) = (Vec::new(), 0);
    while let Some((field, after)) = rest.split_first() {
        if *field != TAG {
            return Err(ExtractError::OpencensusTagsMalformed);
        }
        let (key, after) = take(after)?;
        let (value, after) = take(after)?;
        if key.is_empty() {
            return Err(ExtractError::OpencensusTagsInvalidText);
        }
        total += key.len() + value.len();
        if total > MAX_TAGS_BYTES {
            return Err(ExtractError::OpencensusTagsTooLong);
        }
        tags.push((key, value));
        rest = after;
    }
    Ok(tags)
}

/// The text whose length comes first, and what follows it.
fn take(bytes: &[u8]) -> Result<(&str, &[u8]), ExtractError> {
    let (length, rest) = length(bytes).ok_or(ExtractError::OpencensusTagsMalformed)?;
    let (text, rest) = rest
        .split_at_checked(length)
        .ok_or(ExtractError::OpencensusTagsMalformed)?;
    let text = str::from_utf8(text)
        .ok()
        .filter(|text| is_text(text))
        .ok_or(ExtractError::OpencensusTagsInvalidText)?;
    Ok((text, rest))
}

/// A variable-length number of 32 bits: seven to a byte, the lowest first, all but the last byte
/// with the high bit set.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0_u64;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        number |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            let number = u32::try_from(number).ok()?;
            return Some((usize::try_from(number).ok()?, bytes.get(index + 1..)?));
        }
    }
    None
}

/// Appends a text of at most [`MAX_TAG_BYTES`] bytes.
fn put(bytes: &mut Vec<u8>, text: &str) {
    let [low, high] = [text.len() & 0x7f, text.len() >> 7].map(|part| part as u8);
    if high == 0 {
        bytes.push(low);
    } else {
        bytes.extend([low | 0x80, high]);
    }
    bytes.extend_from_slice(text.as_bytes());
}

fn is_text(text: &str) -> bool {
    text.len() <= MAX_TAG_BYTES && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}
