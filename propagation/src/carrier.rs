//! Carriers: what headers are read from and written to.
//!
//! [`Getter`] and [`Setter`] are OpenTelemetry's words for the two halves. They are implemented
//! for [`http::HeaderMap`], for string maps, and (feature `tonic`) for tonic's `MetadataMap`.
//! [`HeaderExtractor`] and [`HeaderInjector`] lend a header map to a propagator of someone else.
//!
//! String maps stand for the headers of a message queue. Their names are compared without regard
//! to case, by going through the map, so that `TraceParent` beside `traceparent` is seen as the
//! duplicate it is.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::propagation::{Extractor, Injector};

/// Reads headers from a carrier.
pub trait Getter {
    /// Gives every value of the header `name` to `see`, in the order received.
    fn visit(&self, name: &HeaderName, see: &mut dyn FnMut(&[u8]));

    /// Gives every header whose lower-case name begins with `prefix` to `see`: name, value.
    fn visit_prefix(&self, prefix: &str, see: &mut dyn FnMut(&str, &[u8]));
}

/// Writes headers to a carrier.
pub trait Setter {
    /// Sets the header `name`, replacing every value it had.
    fn set(&mut self, name: &HeaderName, value: HeaderValue);

    /// Removes every value of the header `name`.
    fn remove(&mut self, name: &HeaderName);

    /// Removes every header whose lower-case name begins with `prefix`.
    fn remove_prefix(&mut self, prefix: &str);
}

impl Getter for HeaderMap {
    fn visit(&self, name: &HeaderName, see: &mut dyn FnMut(&[u8])) {
        for value in self.get_all(name) {
            see(value.as_bytes());
        }
    }

    fn visit_prefix(&self, prefix: &str, see: &mut dyn FnMut(&str, &[u8])) {
        for (name, value) in self {
            if name.as_str().starts_with(prefix) {
                see(name.as_str(), value.as_bytes());
            }
        }
    }
}

impl Setter for HeaderMap {
    fn set(&mut self, name: &HeaderName, value: HeaderValue) {
        // `try_insert` refuses only a map of 32768 headers, where `insert` would panic.
        let _ = self.try_insert(name, value);
    }

    fn remove(&mut self, name: &HeaderName) {
        Self::remove(self, name);
    }

    fn remove_prefix(&mut self, prefix: &str) {
        let stale: Vec<HeaderName> = self
            .keys()
            .filter(|name| name.as_str().starts_with(prefix))
            .cloned()
            .collect();
        for name in stale {
            Self::remove(self, name);
        }
    }
}

impl<S: BuildHasher> Getter for HashMap<String, String, S> {
    fn visit(&self, name: &HeaderName, see: &mut dyn FnMut(&[u8])) {
        visit_entries(self, name, see);
    }

    fn visit_prefix(&self, prefix: &str, see: &mut dyn FnMut(&str, &[u8])) {
        visit_entries_with_prefix(self, prefix, see);
    }
}

impl<S: BuildHasher> Setter for HashMap<String, String, S> {
    fn set(&mut self, name: &HeaderName, value: HeaderValue) {
        Setter::remove(self, name);
        if let Some(text) = text(&value) {
            self.insert(name.as_str().to_owned(), text);
        }
    }

    fn remove(&mut self, name: &HeaderName) {
        self.retain(|key, _| !key.eq_ignore_ascii_case(name.as_str()));
    }

    fn remove_prefix(&mut self, prefix: &str) {
        self.retain(|key, _| !starts_with(key, prefix));
    }
}

impl Getter for BTreeMap<String, String> {
    fn visit(&self, name: &HeaderName, see: &mut dyn FnMut(&[u8])) {
        visit_entries(self, name, see);
    }

    fn visit_prefix(&self, prefix: &str, see: &mut dyn FnMut(&str, &[u8])) {
        visit_entries_with_prefix(self, prefix, see);
    }
}

impl Setter for BTreeMap<String, String> {
    fn set(&mut self, name: &HeaderName, value: HeaderValue) {
        Setter::remove(self, name);
        if let Some(text) = text(&value) {
            self.insert(name.as_str().to_owned(), text);
        }
    }

    fn remove(&mut self, name: &HeaderName) {
        self.retain(|key, _| !key.eq_ignore_ascii_case(name.as_str()));
    }

    fn remove_prefix(&mut self, prefix: &str) {
        self.retain(|key, _| !starts_with(key, prefix));
    }
}

/// Lends a header map to any [`TextMapPropagator`](opentelemetry::propagation::TextMapPropagator)
/// for reading. A value that is not visible ASCII shows as U+FFFD, which no format accepts.
#[derive(Debug)]
pub struct HeaderExtractor<'a>(pub &'a HeaderMap);

impl Extractor for HeaderExtractor<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(shown)
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }

    fn get_all(&self, key: &str) -> Option<Vec<&str>> {
        let values: Vec<&str> = self.0.get_all(key).iter().map(shown).collect();
        (!values.is_empty()).then_some(values)
    }
}

/// Lends a header map to any [`TextMapPropagator`](opentelemetry::propagation::TextMapPropagator)
/// for writing. A name or value that is no header is left out.
#[derive(Debug)]
pub struct HeaderInjector<'a>(pub &'a mut HeaderMap);

impl Injector for HeaderInjector<'_> {
    fn set(&mut self, key: &str, value: String) {
        if let (Ok(name), Ok(value)) = (key.parse::<HeaderName>(), HeaderValue::try_from(value)) {
            Setter::set(self.0, &name, value);
        }
    }
}

/// Any OpenTelemetry [`Extractor`] as a [`Getter`].
pub(crate) struct FromExtractor<'a>(pub(crate) &'a dyn Extractor);

impl Getter for FromExtractor<'_> {
    fn visit(&self, name: &HeaderName, see: &mut dyn FnMut(&[u8])) {
        for value in self.0.get_all(name.as_str()).unwrap_or_default() {
            see(value.as_bytes());
        }
    }

    fn visit_prefix(&self, prefix: &str, see: &mut dyn FnMut(&str, &[u8])) {
        for key in self
            .0
            .keys()
            .into_iter()
            .filter(|key| starts_with(key, prefix))
        {
            for value in self.0.get_all(key).unwrap_or_default() {
                see(&key.to_ascii_lowercase(), value.as_bytes());
            }
        }
    }
}

/// Any OpenTelemetry [`Injector`] as a [`Setter`]. An injector has no way to remove a header, so
/// stale ones are only overwritten.
pub(crate) struct ToInjector<'a>(pub(crate) &'a mut dyn Injector);

impl Setter for ToInjector<'_> {
    fn set(&mut self, name: &HeaderName, value: HeaderValue) {
        if let Some(text) = text(&value) {
            self.0.set(name.as_str(), text);
        }
    }

    fn remove(&mut self, _name: &HeaderName) {}

    fn remove_prefix(&mut self, _prefix: &str) {}
}

fn visit_entries<'a>(
    entries: impl IntoIterator<Item = (&'a String, &'a String)>,
    name: &HeaderName,
    see: &mut dyn FnMut(&[u8]),
) {
    for (key, value) in entries {
        if key.eq_ignore_ascii_case(name.as_str()) {
            see(value.as_bytes());
        }
    }
}

fn visit_entries_with_prefix<'a>(
    entries: impl IntoIterator<Item = (&'a String, &'a String)>,
    prefix: &str,
    see: &mut dyn FnMut(&str, &[u8]),
) {
    for (key, value) in entries {
        if starts_with(key, prefix) {
            see(&key.to_ascii_lowercase(), value.as_bytes());
        }
    }
}

fn starts_with(key: &str, prefix: &str) -> bool {
    key.get(..prefix.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// The value as a `str`. One that has none must still be seen, or it would hide a duplicate.
pub(crate) fn shown(value: &HeaderValue) -> &str {
    value.to_str().unwrap_or("\u{fffd}")
}

/// The value as text; `None` for what no format of this crate sends.
fn text(value: &HeaderValue) -> Option<String> {
    value.to_str().ok().map(str::to_owned)
}
