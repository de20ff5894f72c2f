//! A `tracestate` list that was checked and divided, where it lies.

use opentelemetry::trace::TraceState;

use super::{MAX_BYTES, MAX_MEMBERS, grammar};
use crate::{ExtractError, whitespace::trim};

/// A key and its value.
pub(super) type Member<'a> = (&'a str, &'a str);

/// The members of a list, on the stack: dividing allocates nothing, and looking for repeated keys
/// does not go through the text again.
pub(super) struct List<'a> {
    text: &'a str,
    members: [Member<'a>; MAX_MEMBERS],
    count: usize,
}

impl<'a> List<'a> {
    /// Checks and divides the value of a header, or of several joined with commas.
    pub(super) fn parse(value: &'a [u8]) -> Result<Self, ExtractError> {
        let value = trim(value);
        if value.len() > MAX_BYTES {
            return Err(ExtractError::TracestateTooLong);
        }
        let text = str::from_utf8(value).map_err(|_| ExtractError::TracestateInvalidMember)?;
        let mut list = Self {
            text,
            members: [("", ""); MAX_MEMBERS],
            count: 0,
        };
        for member in grammar::split(text) {
            let place = list.members.get_mut(list.count);
            *place.ok_or(ExtractError::TracestateTooManyMembers)? = grammar::parse(member)?;
            list.count += 1;
        }
        Ok(list)
    }

    /// The members in the order received.
    pub(super) fn members(&self) -> &[Member<'a>] {
        self.members.get(..self.count).unwrap_or_default()
    }

    /// The members without those whose key stood before.
    pub(super) fn distinct(&self) -> impl Iterator<Item = Member<'a>> + Clone {
        let members = self.members();
        members.iter().enumerate().filter_map(|(index, member)| {
            let earlier = members.get(..index).unwrap_or_default();
            (!earlier.iter().any(|(key, _)| *key == member.0)).then_some(*member)
        })
    }

    /// The members OpenTelemetry's type holds.
    pub(super) fn representable(&self) -> impl Iterator<Item = Member<'a>> + Clone {
        self.distinct()
            .filter(|(key, _)| grammar::fits_trace_state(key))
    }

    /// OpenTelemetry's type with what it can hold. Nothing is allocated for an empty list.
    pub(super) fn to_trace_state(&self) -> TraceState {
        if self.count == 0 {
            return TraceState::NONE;
        }
        TraceState::from_key_value(self.representable()).unwrap_or_default()
    }

    /// The text to keep beside that type, where it would not give the list back byte for byte.
    pub(super) fn to_keep(&self) -> Option<&'a str> {
        let members = self.members();
        let plain: usize = members
            .iter()
            .map(|(key, value)| key.len() + value.len() + 2)
            .sum();
        let survives =
            plain == self.text.len() + 1 && self.representable().count() == members.len();
        (self.count > 0 && !survives).then_some(self.text)
    }

    /// The text without the spaces around it; `None` when there are no members.
    pub(super) fn text(&self) -> Option<&'a str> {
        (self.count > 0).then_some(self.text)
    }
}
