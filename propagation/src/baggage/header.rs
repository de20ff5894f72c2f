//! A `baggage` header that follows the grammar and the limits.

use http::HeaderValue;
use opentelemetry::baggage::Baggage;

use super::{MAX_BYTES, MAX_MEMBERS, grammar, member::Member};
use crate::ExtractError;
use crate::whitespace::{trim, trim_text};

/// A checked, non-empty list of baggage members, as received.
///
/// # Example
///
/// ```
/// use campanile_propagation::baggage::BaggageHeader;
///
/// let header = BaggageHeader::parse(b"user=Am%C3%A9lie;secret,bad member", &mut |_| {})
///     .expect("one member follows the grammar");
/// let members: Vec<_> = header.members().collect();
/// assert_eq!((members[0].key(), &*members[0].value()), ("user", "Am\u{e9}lie"));
/// assert_eq!(members.len(), 1);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BaggageHeader(HeaderValue);

impl BaggageHeader {
    /// Reads the value of a header, or of several joined with commas; `None` when no member is
    /// left. What was dropped is reported to `on_rejection`.
    pub fn parse(value: &[u8], on_rejection: &mut dyn FnMut(ExtractError)) -> Option<Self> {
        read(
            value.get(..=MAX_BYTES).unwrap_or(value).to_vec(),
            on_rejection,
        )
    }

    /// A whole header, whose bytes it shares, when all of it may stay as it is; `None` says
    /// nothing about one that is empty, unusual or wrong.
    pub(crate) fn of_plain(value: &HeaderValue) -> Option<Self> {
        let text = value.as_bytes();
        let members = if text.len() <= MAX_BYTES {
            grammar::count(text)?
        } else {
            return None;
        };
        (1..=MAX_MEMBERS)
            .contains(&members)
            .then(|| Self(value.clone()))
    }

    /// The members in the order received, repeated names included.
    pub fn members(&self) -> impl Iterator<Item = Member<'_>> {
        // Made of checked members, which are ASCII, so this never falls back.
        let text = self.0.to_str().unwrap_or_default();
        crate::list::split(text, b',')
            .map(trim_text)
            .filter_map(Member::divide)
    }

    /// The members as OpenTelemetry's type; of a repeated name the last.
    #[must_use]
    pub fn to_baggage(&self) -> Baggage {
        let mut baggage = Baggage::new();
        for member in self.members() {
            baggage.insert_with_metadata(
                member.key.to_owned(),
                member.value().into_owned(),
                member.metadata,
            );
        }
        baggage
    }

    /// The header value; a clone shares the bytes.
    #[must_use]
    pub fn to_header_value(&self) -> HeaderValue {
        self.0.clone()
    }
}

/// Reads all headers, joined with commas and at most one byte longer than [`MAX_BYTES`].
pub(crate) fn read(
    mut list: Vec<u8>,
    on_rejection: &mut dyn FnMut(ExtractError),
) -> Option<BaggageHeader> {
    if list.len() > MAX_BYTES {
        on_rejection(ExtractError::BaggageTooLong);
        list.truncate(list.iter().rposition(|byte| *byte == b',').unwrap_or(0));
    }
    let (mut kept, mut dropped) = (0_usize, 0_usize);
    for (index, member) in split(&list).enumerate() {
        if index == MAX_MEMBERS {
            on_rejection(ExtractError::BaggageTooManyMembers);
            dropped += 1;
            break;
        }
        if Member::parse(member).is_some() {
            kept += 1;
        } else {
            on_rejection(ExtractError::BaggageInvalidMember);
            dropped += 1;
        }
    }
    match (kept, dropped) {
        (0, _) => return None,
        (_, 0) => {}
        _ => list = rejoin(&list),
    }
    let shown = trim(&list);
    if shown.len() == list.len() {
        HeaderValue::try_from(list).ok().map(BaggageHeader)
    } else {
        HeaderValue::from_bytes(shown).ok().map(BaggageHeader)
    }
}

/// The list without what may not stay.
fn rejoin(list: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(list.len());
    for member in split(list)
        .take(MAX_MEMBERS)
        .filter(|m| Member::parse(m).is_some())
    {
        if !kept.is_empty() {
            kept.push(b',');
        }
        kept.extend_from_slice(member);
    }
    kept
}

/// The members of a list, without the spaces around them and without the empty ones.
fn split(list: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    list.split(|byte| *byte == b',')
        .map(trim)
        .filter(|member| !member.is_empty())
}
