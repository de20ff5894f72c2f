//! `http::HeaderMap` as a carrier.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Getter, Lookup, Setter};

impl Getter for HeaderMap {
    #[inline]
    fn lookup(&self, name: &HeaderName) -> Lookup<'_> {
        let mut values = self.get_all(name).iter();
        match (values.next(), values.next()) {
            (None, _) => Lookup::Absent,
            (Some(value), None) => Lookup::Lone(value),
            (Some(_), Some(_)) => Lookup::Unknown,
        }
    }

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
