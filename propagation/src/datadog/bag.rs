//! `ot-baggage-<name>: <value>`, one header for each entry.
//!
//! Tracers disagree about values: Java's encode and decode them as in a URL, Go's, Python's and
//! others' take them as they are. So values are taken as they are, and only those are sent that
//! all read alike: printable ASCII without `%` and `+`. A value with these is sent on when it was
//! received so.

use opentelemetry::baggage::Baggage;

use crate::ExtractError;
use crate::baggage::{Coding, Entries, write_prefixed};
use crate::carrier::{Getter, Setter};

/// How the names of the headers begin.
pub(crate) const BAGGAGE_PREFIX: &str = "ot-baggage-";

/// Entries as received, where their values may mean different things to different tracers.
#[derive(Default)]
pub(crate) struct Bag(Vec<(String, String)>);

/// Reads the entries, and which of them are to be sent only as they came.
pub(crate) fn read(
    carrier: &dyn Getter,
    on_rejection: &mut dyn FnMut(ExtractError),
) -> (Baggage, Bag) {
    let mut entries = Entries::new(on_rejection);
    entries.read_prefixed(BAGGAGE_PREFIX, Coding::Plain, carrier);
    let baggage = entries.finish();
    let ambiguous = baggage
        .iter()
        .filter(|(_, (value, _))| is_ambiguous(value.as_str()))
        .map(|(key, (value, _))| (key.to_string(), value.to_string()));
    let bag = Bag(ambiguous.collect());
    (baggage, bag)
}

impl Bag {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes what every reader takes for what it is, and what was received so.
    pub(crate) fn write(&self, baggage: &Baggage, carrier: &mut dyn Setter) {
        let clear = baggage
            .iter()
            .filter(|(key, (value, _))| {
                !is_ambiguous(value.as_str()) || self.has(key.as_str(), value.as_str())
            })
            .map(|(key, entry)| (key.clone(), entry.clone()));
        let clear: Baggage = clear.collect();
        write_prefixed(BAGGAGE_PREFIX, Coding::Plain, &clear, carrier);
    }

    fn has(&self, key: &str, value: &str) -> bool {
        self.0.iter().any(|(k, v)| k == key && v == value)
    }
}

fn is_ambiguous(value: &str) -> bool {
    value.contains(['%', '+'])
}
