//! Header maps for the propagators of others, and the carriers of others for our formats.

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::propagation::{Extractor, Injector};

use super::{Getter, Setter};

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

/// The value as a `str`. One that has none must still be seen, or it would hide a duplicate.
pub(crate) fn shown(value: &HeaderValue) -> &str {
    value.to_str().unwrap_or("\u{fffd}")
}

/// The value as text; `None` for what no format of this crate sends.
pub(super) fn text(value: &HeaderValue) -> Option<String> {
    value.to_str().ok().map(str::to_owned)
}

/// Whether the name begins so, in any case.
pub(super) fn starts_with(key: &str, prefix: &str) -> bool {
    key.get(..prefix.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}
