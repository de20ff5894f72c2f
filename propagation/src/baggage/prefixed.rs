//! Baggage as other formats carry it: one header per entry, whose name is a prefix and the key.

use http::{HeaderName, HeaderValue};
use opentelemetry::baggage::Baggage;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

use super::grammar::is_token;
use super::{MAX_BYTES, MAX_MEMBERS};
use crate::ExtractError;
use crate::carrier::{Getter, Setter};
use crate::whitespace::trim;

/// What is sent as it is: the unreserved characters of RFC 3986, which every decoder agrees on.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// How a value is written.
#[derive(Clone, Copy)]
pub(crate) enum Coding {
    /// As it is.
    Plain,
    /// Percent-encoded; a `+` that is read is a space.
    Percent,
}

/// Entries being read, within the limits of W3C Baggage, whatever headers they come from.
pub(crate) struct Entries<'a> {
    baggage: Baggage,
    members: usize,
    bytes: usize,
    on_rejection: &'a mut dyn FnMut(ExtractError),
}

impl<'a> Entries<'a> {
    pub(crate) fn new(on_rejection: &'a mut dyn FnMut(ExtractError)) -> Self {
        Self {
            baggage: Baggage::new(),
            members: 0,
            bytes: 0,
            on_rejection,
        }
    }

    /// Reads the headers whose names begin so.
    pub(crate) fn read_prefixed(&mut self, prefix: &str, coding: Coding, carrier: &dyn Getter) {
        carrier.visit_prefix(prefix, &mut |name, value| {
            let value = trim(value);
            let key = name.get(prefix.len()..).unwrap_or_default();
            self.add(name.len() + value.len(), key.as_bytes(), || {
                coding.decode(value)
            });
        });
    }

    /// Reads a list like `k1=v1, k2=v2`, which knows no encoding.
    pub(crate) fn read_list(&mut self, list: &[u8]) {
        let members = list.split(|byte| *byte == b',').map(trim);
        for member in members.filter(|member| !member.is_empty()) {
            let mut parts = member.splitn(2, |byte| *byte == b'=').map(trim);
            let (key, value) = (parts.next().unwrap_or_default(), parts.next());
            self.add(member.len(), key, || Coding::Plain.decode(value?));
        }
    }

    /// The entries; of a repeated name the last.
    pub(crate) fn finish(self) -> Baggage {
        self.baggage
    }

    /// Adds an entry if it is within the limits. What is beyond is told once and never decoded.
    fn add(&mut self, bytes: usize, key: &[u8], value: impl FnOnce() -> Option<String>) {
        if self.members > MAX_MEMBERS || self.bytes > MAX_BYTES {
            return;
        }
        self.members += 1;
        self.bytes += bytes;
        if self.members > MAX_MEMBERS {
            (self.on_rejection)(ExtractError::BaggageTooManyMembers);
        } else if self.bytes > MAX_BYTES {
            (self.on_rejection)(ExtractError::BaggageTooLong);
        } else {
            let key = str::from_utf8(key).ok().filter(|key| is_token(key));
            match (key, value()) {
                (Some(key), Some(value)) => {
                    self.baggage.insert(key.to_owned(), value);
                }
                _ => (self.on_rejection)(ExtractError::BaggageInvalidEntry),
            }
        }
    }
}

impl Coding {
    fn decode(self, value: &[u8]) -> Option<String> {
        let text = match self {
            // What is not ASCII is not shown alike by all carriers; plain, it could not be sent on.
            Self::Plain if !value.iter().all(is_printable) => return None,
            Self::Percent if !value.is_ascii() => return None,
            Self::Plain => value.to_vec(),
            Self::Percent => {
                let spaced: Vec<u8> = value
                    .iter()
                    .map(|byte| if *byte == b'+' { b' ' } else { *byte })
                    .collect();
                percent_decode(&spaced).collect()
            }
        };
        String::from_utf8(text).ok()
    }

    /// The header value; `None` when the value would arrive as another.
    fn encode(self, value: &str) -> Option<HeaderValue> {
        match self {
            Self::Plain => {
                let printable = value.as_bytes().iter().all(is_printable);
                let arrives = printable && !value.starts_with(' ') && !value.ends_with(' ');
                arrives.then(|| HeaderValue::from_str(value).ok())?
            }
            Self::Percent => {
                HeaderValue::try_from(utf8_percent_encode(value, ENCODED).to_string()).ok()
            }
        }
    }
}

/// Writes one header per entry, within the limits, names in alphabetical order. A name that a
/// header cannot keep apart from another, because it has a capital letter, is left out.
pub(crate) fn write_prefixed(
    prefix: &str,
    coding: Coding,
    baggage: &Baggage,
    carrier: &mut dyn Setter,
) {
    let mut entries: Vec<_> = baggage
        .iter()
        .filter(|(key, _)| is_token(key.as_str()))
        .collect();
    entries.sort_unstable_by(|a, b| a.0.cmp(b.0));
    let (mut members, mut bytes) = (0, 0);
    for (key, (value, _)) in entries {
        let name = format!("{prefix}{key}");
        let name = HeaderName::from_lowercase(name.as_bytes());
        let (Ok(name), Some(value)) = (name, coding.encode(value.as_str())) else {
            continue;
        };
        let size = name.as_str().len() + value.len();
        if members == MAX_MEMBERS || bytes + size > MAX_BYTES {
            continue;
        }
        members += 1;
        bytes += size;
        carrier.set(&name, value);
    }
}

fn is_printable(byte: &u8) -> bool {
    matches!(byte, b' '..=b'~')
}
