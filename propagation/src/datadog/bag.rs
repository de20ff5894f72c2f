//! `ot-baggage-<name>: <value>`, one header for each entry.
//!
//! Tracers disagree about values: Java's encode and decode them as in a URL, Go's, Python's and
//! others' take them as they are. So values are taken as they are, and only those are sent that
//! all read alike: printable ASCII without `%` and `+`. A value with these is sent on when it was
//! received so. Names travel in lower case; one with capitals would come out as another name.

use http::{HeaderName, HeaderValue};
use opentelemetry::baggage::Baggage;

use crate::ExtractError;
use crate::baggage::{MAX_BYTES, MAX_MEMBERS};
use crate::carrier::{Getter, Setter};
use crate::whitespace::trim;

/// How the names of the headers begin.
pub(crate) const BAGGAGE_PREFIX: &str = "ot-baggage-";

/// Entries as received, where their values may mean different things to different tracers.
#[derive(Default)]
pub(crate) struct Bag(Vec<(String, String)>);

/// Reads every entry up to the limits, which are those of W3C Baggage; going beyond is told once.
pub(crate) fn read(
    carrier: &dyn Getter,
    on_rejection: &mut dyn FnMut(ExtractError),
) -> (Baggage, Bag) {
    let (mut baggage, mut ambiguous) = (Baggage::new(), Bag::default());
    let (mut count, mut length) = (0_usize, 0_usize);
    carrier.visit_prefix(BAGGAGE_PREFIX, &mut |name, value| {
        if count > MAX_MEMBERS || length > MAX_BYTES {
            return; // told before
        }
        let Some((key, value)) = entry(name, value) else {
            return on_rejection(ExtractError::BaggageInvalidMember);
        };
        count += 1;
        length += key.len() + value.len();
        if count > MAX_MEMBERS {
            return on_rejection(ExtractError::BaggageTooManyMembers);
        }
        if length > MAX_BYTES {
            return on_rejection(ExtractError::BaggageTooLong);
        }
        if is_ambiguous(value) {
            ambiguous.0.push((key.to_owned(), value.to_owned()));
        }
        baggage.insert(key.to_owned(), value.to_owned());
    });
    (baggage, ambiguous)
}

impl Bag {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes what every reader takes for what it is, and what was received so.
    pub(crate) fn write(&self, baggage: &Baggage, carrier: &mut dyn Setter) {
        for (key, (value, _)) in baggage {
            let (key, value) = (key.as_str(), value.as_str());
            let was_received = || self.0.iter().any(|(k, v)| k == key && v == value);
            let name = format!("{BAGGAGE_PREFIX}{key}");
            if entry(&name, value.as_bytes()) != Some((key, value))
                || (is_ambiguous(value) && !was_received())
            {
                continue;
            }
            if let (Ok(name), Ok(value)) =
                (HeaderName::try_from(name), HeaderValue::from_str(value))
            {
                carrier.set(&name, value);
            }
        }
    }
}

/// The entry of a header, when it is one that could be sent again.
fn entry<'a>(name: &'a str, value: &'a [u8]) -> Option<(&'a str, &'a str)> {
    let key = name.strip_prefix(BAGGAGE_PREFIX)?;
    let value = str::from_utf8(trim(value)).ok()?;
    let name_is_valid =
        HeaderName::from_bytes(key.as_bytes()).is_ok_and(|name| name.as_str() == key);
    let value_is_valid = value
        .bytes()
        .all(|byte| byte == b' ' || byte.is_ascii_graphic());
    (name_is_valid && value_is_valid).then_some((key, value))
}

fn is_ambiguous(value: &str) -> bool {
    value.contains(['%', '+'])
}
