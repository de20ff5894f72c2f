//! `x-datadog-tags`: tags of the trace that travel with it.

use http::HeaderValue;

use super::MAX_TAGS_BYTES;
use crate::whitespace::trim;
use crate::{ExtractError, hex};

/// How the names of the tags begin that are sent on.
const PREFIX: &str = "_dd.p.";

/// The high half of the trace id.
const TID: &str = "_dd.p.tid";

/// Who made the sampling decision.
const DECISION_MAKER: &str = "_dd.p.dm";

/// The tags to send on, as received; the high half of the trace id is not among them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Tags(Vec<(String, String)>);

/// Reads a list: the high half of the trace id, zero where there is none, and the other tags.
///
/// A list with anything wrong in it is dropped as a whole, as Datadog's tracers do; a bad
/// `_dd.p.tid` alone is dropped alone. Both are reported to `on_rejection`.
pub(crate) fn read(list: &[u8], on_rejection: &mut dyn FnMut(ExtractError)) -> (u64, Tags) {
    if list.len() > MAX_TAGS_BYTES {
        on_rejection(ExtractError::DatadogTagsTooLong);
        return (0, Tags::default());
    }
    if list.is_empty() {
        return (0, Tags::default());
    }
    let Some(members) = divide(list) else {
        on_rejection(ExtractError::DatadogInvalidTags);
        return (0, Tags::default());
    };
    let high = high_half(&members).unwrap_or_else(|error| {
        on_rejection(error);
        0
    });
    let kept = members
        .into_iter()
        .filter(|(key, _)| key.starts_with(PREFIX) && *key != TID)
        .map(|(key, value)| (key.to_owned(), value.to_owned()));
    (high, Tags(kept.collect()))
}

impl Tags {
    /// The list to send: the high half of the trace id and, where the limit lets them, the tags.
    /// Who made the decision is left out where it was `reversed` here.
    pub(crate) fn to_header_value(&self, high: u64, reversed: bool) -> Option<HeaderValue> {
        let tid = if high == 0 {
            String::new()
        } else {
            format!("{TID}={high:016x}")
        };
        let mut list = tid.clone();
        for (key, value) in &self.0 {
            if reversed && key == DECISION_MAKER {
                continue;
            }
            if !list.is_empty() {
                list.push(',');
            }
            list.push_str(key);
            list.push('=');
            list.push_str(value);
        }
        // Without its high half the trace id would be another one.
        if list.len() > MAX_TAGS_BYTES {
            list = tid;
        }
        HeaderValue::try_from(list)
            .ok()
            .filter(|list| !list.is_empty())
    }
}

/// The members, unless one of them is none. Spaces around a member belong to the list.
fn divide(list: &[u8]) -> Option<Vec<(&str, &str)>> {
    list.split(|byte| *byte == b',')
        .map(trim)
        .map(member)
        .collect()
}

/// Keys are visible ASCII without `=`; values may hold spaces and `=`.
fn member(member: &[u8]) -> Option<(&str, &str)> {
    let (key, value) = str::from_utf8(member).ok()?.split_once('=')?;
    let key_is_valid = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
    let value_is_valid = !value.is_empty()
        && value
            .bytes()
            .all(|byte| byte == b' ' || byte.is_ascii_graphic());
    (key_is_valid && value_is_valid).then_some((key, value))
}

fn high_half(members: &[(&str, &str)]) -> Result<u64, ExtractError> {
    let mut found = members.iter().filter(|(key, _)| *key == TID);
    let Some((_, digits)) = found.next() else {
        return Ok(0);
    };
    let digits: Option<&[u8; 16]> = digits.as_bytes().try_into().ok();
    let high = digits.and_then(|digits| hex::decode_u64(*digits));
    match (high, found.next()) {
        (Some(high), None) => Ok(high),
        _ => Err(ExtractError::DatadogInvalidTid),
    }
}
