//! A `tracestate` list that was checked and divided, where it lies.

use opentelemetry::trace::TraceState;

use super::{MAX_BYTES, MAX_MEMBERS, grammar};
use crate::ExtractError;
use crate::whitespace::trim;

/// A key and its value.
pub(super) type Member<'a> = (&'a str, &'a str);

/// Where a member lies in the text. [`MAX_BYTES`] is far below what sixteen bits count.
#[derive(Clone, Copy, Default)]
struct Place {
    start: u16,
    key: u16,
    value: u16,
}

/// The members of a list, on the stack: dividing allocates nothing, and looking for repeated keys
/// does not go through the text again.
pub(super) struct List<'a> {
    text: &'a str,
    places: [Place; MAX_MEMBERS],
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
            places: [Place::default(); MAX_MEMBERS],
            count: 0,
        };
        let mut start = 0;
        while let Some(rest) = value.get(start..).filter(|rest| !rest.is_empty()) {
            start += match grammar::measure(rest) {
                Some((key, value)) => {
                    list.push(start, key, value)?;
                    key + 1 + value + 1
                }
                None => list.push_unusual(start)?,
            };
        }
        Ok(list)
    }

    fn push(&mut self, start: usize, key: usize, value: usize) -> Result<(), ExtractError> {
        let place = self.places.get_mut(self.count);
        *place.ok_or(ExtractError::TracestateTooManyMembers)? = Place {
            start: short(start),
            key: short(key),
            value: short(value),
        };
        self.count += 1;
        Ok(())
    }

    /// Takes a member that is empty, has spaces around it or is wrong; gives how many bytes it and
    /// its comma take.
    #[cold]
    fn push_unusual(&mut self, start: usize) -> Result<usize, ExtractError> {
        let rest = self.text.get(start..).unwrap_or_default();
        let member = rest.split(',').next().unwrap_or_default();
        let shown = crate::whitespace::trim_text(member);
        if !shown.is_empty() {
            let spaces = member.len() - member.trim_start_matches([' ', '\t']).len();
            let (key, value) = grammar::parse(shown)?;
            self.push(start + spaces, key.len(), value.len())?;
        }
        Ok(member.len() + 1)
    }

    /// The members in the order received.
    pub(super) fn members(&self) -> impl Iterator<Item = Member<'a>> + Clone {
        let places = self.places.get(..self.count).unwrap_or_default();
        places.iter().map(|place| self.at(place))
    }

    /// The members without those whose key stood before.
    pub(super) fn distinct(&self) -> impl Iterator<Item = Member<'a>> + Clone {
        self.members()
            .enumerate()
            .filter(|(index, (key, _))| self.members().take(*index).all(|(other, _)| other != *key))
            .map(|(_, member)| member)
    }

    /// The members OpenTelemetry's type holds.
    pub(super) fn representable(&self) -> impl Iterator<Item = Member<'a>> + Clone {
        self.distinct()
            .filter(|(key, _)| grammar::fits_trace_state(key))
    }

    /// OpenTelemetry's type with what it can hold, and the text to keep beside it where that type
    /// would not give the list back byte for byte. Nothing is allocated for an empty list.
    pub(super) fn to_trace_state(&self) -> (TraceState, Option<&'a str>) {
        if self.count == 0 {
            return (TraceState::NONE, None);
        }
        if self.is_representable() {
            let state = TraceState::from_key_value(self.members()).unwrap_or_default();
            return (state, (!self.is_plain()).then_some(self.text));
        }
        let state = TraceState::from_key_value(self.representable()).unwrap_or_default();
        (state, Some(self.text))
    }

    /// Whether every member is one that OpenTelemetry's type holds.
    fn is_representable(&self) -> bool {
        self.representable().count() == self.count
    }

    /// Whether nothing but a comma stands between the members.
    fn is_plain(&self) -> bool {
        let places = self.places.get(..self.count).unwrap_or_default();
        let written: usize = places
            .iter()
            .map(|place| usize::from(place.key) + usize::from(place.value) + 2)
            .sum();
        written == self.text.len() + 1
    }

    /// The text without the spaces around it; `None` when there are no members.
    pub(super) fn text(&self) -> Option<&'a str> {
        (self.count > 0).then_some(self.text)
    }

    fn at(&self, place: &Place) -> Member<'a> {
        let start = usize::from(place.start);
        let equals = start + usize::from(place.key);
        let end = equals + 1 + usize::from(place.value);
        let key = self.text.get(start..equals).unwrap_or_default();
        let value = self.text.get(equals + 1..end).unwrap_or_default();
        (key, value)
    }
}

fn short(length: usize) -> u16 {
    u16::try_from(length).expect("places lie in a text of at most MAX_BYTES")
}
