//! Plain maps of strings as carriers.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

use http::{HeaderName, HeaderValue};

use super::adapter::{starts_with, text};
use super::{Getter, Setter};

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
