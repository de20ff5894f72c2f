//! A `tracestate` header that follows the grammar.

use http::HeaderValue;
use opentelemetry::trace::TraceState;

use super::{MAX_BYTES, MAX_MEMBERS, grammar};
use crate::{ExtractError, traceparent::trim};

/// A checked, non-empty `tracestate`, as it was received.
///
/// # Example
///
/// ```
/// use campanile_propagation::tracestate::TraceStateHeader;
///
/// let header = TraceStateHeader::parse(b"congo=1 , a@b@c=2")?.expect("two members");
/// assert_eq!(header.members().collect::<Vec<_>>(), [("congo", "1"), ("a@b@c", "2")]);
/// assert_eq!(header.to_trace_state().header(), "congo=1");
/// # Ok::<(), campanile_propagation::ExtractError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TraceStateHeader(HeaderValue);

impl TraceStateHeader {
    /// Reads the value of a header, or of several joined with commas; `None` when it has no
    /// members.
    ///
    /// # Errors
    ///
    /// The first thing found wrong: any of the `Tracestate` variants.
    pub fn parse(value: &[u8]) -> Result<Option<Self>, ExtractError> {
        let list = check(value)?;
        if list.is_empty() {
            return Ok(None);
        }
        Ok(HeaderValue::from_str(list).ok().map(Self))
    }

    /// The members in the order received, repeated keys included.
    pub fn members(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        members(self.as_str())
    }

    /// The members OpenTelemetry's type can hold; of a repeated key the first.
    #[must_use]
    pub fn to_trace_state(&self) -> TraceState {
        to_trace_state(self.as_str())
    }

    /// The text as received, without the spaces around it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Made from a `str` of visible ASCII, spaces and tabs only, so this never falls back.
        self.0.to_str().unwrap_or_default()
    }

    /// The header value; a clone shares the bytes.
    #[must_use]
    pub fn to_header_value(&self) -> HeaderValue {
        self.0.clone()
    }
}

/// Reads a list into a `TraceState`, and into a header to keep beside it where that type would
/// not give the list back byte for byte.
pub(crate) fn read(value: &[u8]) -> Result<(TraceState, Option<TraceStateHeader>), ExtractError> {
    let list = check(value)?;
    let header = (!list.is_empty() && !survives(list))
        .then(|| HeaderValue::from_str(list).ok().map(TraceStateHeader));
    Ok((to_trace_state(list), header.flatten()))
}

/// The list without the spaces around it; empty when it has no members.
fn check(value: &[u8]) -> Result<&str, ExtractError> {
    let value = trim(value);
    if value.len() > MAX_BYTES {
        return Err(ExtractError::TracestateTooLong);
    }
    let list = str::from_utf8(value).map_err(|_| ExtractError::TracestateInvalidMember)?;
    let mut count = 0;
    for member in grammar::split(list) {
        count += 1;
        if count > MAX_MEMBERS {
            return Err(ExtractError::TracestateTooManyMembers);
        }
        grammar::parse(member)?;
    }
    Ok(if count == 0 { "" } else { list })
}

/// Whether `TraceState` gives this checked list back byte for byte.
fn survives(list: &str) -> bool {
    list.split(',')
        .all(|member| !member.is_empty() && member.trim_matches([' ', '\t']).len() == member.len())
        && representable(list).count() == members(list).count()
}

fn to_trace_state(list: &str) -> TraceState {
    if list.is_empty() {
        return TraceState::NONE;
    }
    TraceState::from_key_value(representable(list)).unwrap_or_default()
}

/// The members of a checked list.
pub(super) fn members(list: &str) -> impl Iterator<Item = (&str, &str)> + Clone {
    grammar::split(list).filter_map(|member| member.split_once('='))
}

/// The members of a checked list that a `TraceState` holds: of a repeated key, the first.
pub(super) fn representable(list: &str) -> impl Iterator<Item = (&str, &str)> + Clone {
    members(list)
        .enumerate()
        .filter_map(move |(index, (key, value))| {
            let repeated = members(list).take(index).any(|(earlier, _)| earlier == key);
            (!repeated && grammar::fits_trace_state(key)).then_some((key, value))
        })
}
