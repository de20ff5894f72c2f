//! What is sent for baggage, and for baggage whose header is still known.

use std::fmt::Write as _;

use http::HeaderValue;
use opentelemetry::baggage::Baggage;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::grammar::is_token;
use super::member::{Member, properties};
use super::{BaggageHeader, MAX_BYTES, MAX_MEMBERS};

/// What no value may contain as it is: everything outside `baggage-octet`, and `%`.
const ENCODED: &AsciiSet = &ENCODED_IN_METADATA.add(b'%');

/// The same for text whose percent signs are known to begin an encoded byte.
const ENCODED_IN_METADATA: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b',').add(b';').add(b'\\');

/// The header value for baggage alone, names in alphabetical order.
pub(crate) fn format(baggage: &Baggage) -> Option<HeaderValue> {
    let mut list = List::default();
    list.push_new(baggage, |_| true);
    list.finish()
}

/// The header value for baggage that was read from `received`, perhaps changed since.
pub(crate) fn resend(baggage: &Baggage, received: &BaggageHeader) -> Option<HeaderValue> {
    let members: Vec<Member<'_>> = received.members().collect();
    if is_unchanged(baggage, &members) {
        return Some(received.to_header_value());
    }
    let mut list = List::default();
    for (index, member) in members.iter().enumerate() {
        let Some((value, metadata)) = baggage.get_with_metadata(member.key) else {
            continue;
        };
        if is_current(baggage, &members, index) {
            list.push(member.text);
        } else if !repeats(member, members.get(..index)) {
            list.push(&encode(member.key, value.as_str(), metadata.as_str()));
        }
    }
    list.push_new(baggage, |key| {
        members.iter().all(|member| member.key != key)
    });
    list.finish()
}

fn is_unchanged(baggage: &Baggage, members: &[Member<'_>]) -> bool {
    let names = members
        .iter()
        .enumerate()
        .filter(|(i, m)| !repeats(m, members.get(..*i)))
        .count();
    names == baggage.len() && (0..members.len()).all(|index| is_current(baggage, members, index))
}

/// Whether the baggage still says what was received under this member's name: of a repeated name
/// the last member counts.
fn is_current(baggage: &Baggage, members: &[Member<'_>], index: usize) -> bool {
    let from_here = members.get(index..).unwrap_or_default();
    let last = from_here
        .iter()
        .rfind(|m| from_here.first().is_some_and(|f| f.key == m.key));
    last.is_some_and(|last| {
        baggage
            .get_with_metadata(last.key)
            .is_some_and(|(value, metadata)| {
                value.as_str() == last.value() && metadata.as_str() == last.metadata
            })
    })
}

/// Whether the name stood before.
fn repeats(member: &Member<'_>, earlier: Option<&[Member<'_>]>) -> bool {
    earlier
        .unwrap_or_default()
        .iter()
        .any(|other| other.key == member.key)
}

/// The text of one member, which has no `,` in it whatever is given.
fn encode(key: &str, value: &str, metadata: &str) -> String {
    let mut text = format!("{key}={}", utf8_percent_encode(value, ENCODED));
    for property in properties(metadata).filter(|property| is_token(property.key)) {
        text.push(';');
        text.push_str(property.key);
        if let Some(value) = property.raw_value {
            text.push('=');
            encode_property(value, &mut text);
        }
    }
    text
}

/// Metadata is kept as it was sent, so a `%` is encoded only where it encodes nothing itself.
fn encode_property(value: &str, text: &mut String) {
    for (index, piece) in value.split('%').enumerate() {
        if index > 0 {
            let digits = piece.bytes().take(2).filter(u8::is_ascii_hexdigit).count();
            text.push_str(if digits == 2 { "%" } else { "%25" });
        }
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{}", utf8_percent_encode(piece, ENCODED_IN_METADATA));
    }
}

/// The list being sent: members that fit, whole.
#[derive(Default)]
struct List {
    text: String,
    members: usize,
}

impl List {
    /// Adds the entries whose name `wanted` accepts, in alphabetical order.
    ///
    /// `Baggage` takes only tokens for names today, though OpenTelemetry's specification would let
    /// it take any text; no other name may get out.
    fn push_new(&mut self, baggage: &Baggage, wanted: impl Fn(&str) -> bool) {
        let mut entries: Vec<_> = baggage
            .iter()
            .filter(|(key, _)| is_token(key.as_str()) && wanted(key.as_str()))
            .collect();
        entries.sort_unstable_by(|a, b| a.0.cmp(b.0));
        for (key, (value, metadata)) in entries {
            self.push(&encode(key.as_str(), value.as_str(), metadata.as_str()));
        }
    }

    fn push(&mut self, member: &str) {
        let comma = usize::from(self.members > 0);
        if self.members == MAX_MEMBERS || self.text.len() + comma + member.len() > MAX_BYTES {
            return;
        }
        if comma == 1 {
            self.text.push(',');
        }
        self.text.push_str(member);
        self.members += 1;
    }

    fn finish(self) -> Option<HeaderValue> {
        if self.members == 0 {
            None
        } else {
            HeaderValue::try_from(self.text).ok()
        }
    }
}
