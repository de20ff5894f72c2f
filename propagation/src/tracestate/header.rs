//! A `tracestate` header that follows the grammar.

use http::HeaderValue;
use opentelemetry::trace::TraceState;

use super::{MAX_BYTES, grammar, list::List};
use crate::ExtractError;
use crate::list::{split, split_once};
use crate::whitespace::trim_text;

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
        Ok(List::parse(value)?.text().and_then(Self::of_checked))
    }

    /// The members in the order received, repeated keys included.
    pub fn members(&self) -> impl Iterator<Item = (&str, &str)> {
        split(self.as_str(), b',').filter_map(|member| split_once(trim_text(member), b'='))
    }

    /// The members OpenTelemetry's type can hold; of a repeated key the first.
    #[must_use]
    pub fn to_trace_state(&self) -> TraceState {
        List::parse(self.0.as_bytes())
            .map(|list| list.to_trace_state().0)
            .unwrap_or_default()
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

    /// Reads a whole header, whose bytes it shares.
    pub(crate) fn of_value(value: &HeaderValue) -> Result<Option<Self>, ExtractError> {
        let bytes = value.as_bytes();
        let plain = bytes.len() <= MAX_BYTES && grammar::is_plain(bytes);
        if plain {
            return Ok(Some(Self(value.clone())));
        }
        Self::parse(bytes)
    }

    fn of_checked(text: &str) -> Option<Self> {
        HeaderValue::from_str(text).ok().map(Self)
    }
}

/// Reads a list into a `TraceState`, and into a header to keep beside it where that type would
/// not give the list back byte for byte.
pub(crate) fn read(value: &[u8]) -> Result<(TraceState, Option<TraceStateHeader>), ExtractError> {
    let list = List::parse(value)?;
    let (state, kept) = list.to_trace_state();
    Ok((state, kept.and_then(TraceStateHeader::of_checked)))
}
