//! Collects what is wrong with a configuration.

use crate::component::Invalid;
use crate::receivers::unsupported::{Unsupported, refuse};

/// What was found wrong so far, and where the search is.
#[derive(Debug)]
pub(crate) struct Found<'i> {
    prefix: String,
    invalid: &'i mut Vec<Invalid>,
}

impl<'i> Found<'i> {
    /// The beginning of the search.
    pub(super) fn new(invalid: &'i mut Vec<Invalid>) -> Self {
        Self {
            prefix: String::new(),
            invalid,
        }
    }

    /// Goes on below `key`.
    pub(super) fn at(&mut self, key: &str) -> Found<'_> {
        Found {
            prefix: self.key(key),
            invalid: self.invalid,
        }
    }

    /// Goes on in one item of the list at `key`.
    pub(super) fn item(&mut self, key: &str, index: usize) -> Found<'_> {
        self.at(&format!("{key}[{index}]"))
    }

    /// Something is wrong with the value at `key`; without a key, with the place itself.
    pub(super) fn add(&mut self, key: &str, message: impl Into<String>) {
        let key = self.key(key);
        self.invalid.push(Invalid::new(key, message));
    }

    /// Refuses each of `keys` that is set.
    pub(super) fn refuse(&mut self, keys: &[(&str, Unsupported)]) {
        self.invalid.extend(refuse(&self.key("."), keys));
    }

    fn key(&self, key: &str) -> String {
        match (self.prefix.as_str(), key) {
            ("", ".") => String::new(),
            (prefix, ".") => format!("{prefix}."),
            ("", key) => key.to_owned(),
            (prefix, "") => prefix.to_owned(),
            (prefix, key) => format!("{prefix}.{key}"),
        }
    }
}
