//! What happens to one attribute.

use std::collections::HashSet;

use campanile_wire::otlp::view::AnyValue;
use regex::Regex;

use super::config::{Config, pattern};
use super::mask::Mask;
use super::summary::is_summary;
use crate::component::BuildError;

/// The rules of one processor.
pub(super) struct Rules {
    allow_all_keys: bool,
    allowed_keys: HashSet<String>,
    ignored_keys: HashSet<String>,
    ignored_key_patterns: Vec<Regex>,
    blocked_key_patterns: Vec<Regex>,
    blocked_values: Vec<Regex>,
    allowed_values: Vec<Regex>,
    redact_all_types: bool,
    mask: Mask,
}

/// What happens to an attribute.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It stays, because `allowed_values` match.
    Allowed,
    /// It stays, and was not looked at.
    Ignored,
    /// It stays, because nothing was found.
    Kept,
    /// This text stands in its place.
    Masked(String),
    /// It goes.
    Redacted,
}

impl Rules {
    pub(super) fn new(config: &Config) -> Result<Self, BuildError> {
        let compile = |key: &str, texts: &[String]| {
            let patterns = texts.iter().map(|text| pattern(text));
            let patterns: Result<Vec<_>, String> = patterns.collect();
            patterns.map_err(|message| BuildError::new(key, message))
        };
        Ok(Self {
            allow_all_keys: config.allow_all_keys,
            allowed_keys: config.allowed_keys.iter().cloned().collect(),
            ignored_keys: config.ignored_keys.iter().cloned().collect(),
            ignored_key_patterns: compile("ignored_key_patterns", &config.ignored_key_patterns)?,
            blocked_key_patterns: compile("blocked_key_patterns", &config.blocked_key_patterns)?,
            blocked_values: compile("blocked_values", &config.blocked_values)?,
            allowed_values: compile("allowed_values", &config.allowed_values)?,
            redact_all_types: config.redact_all_types,
            mask: Mask::new(config),
        })
    }

    /// What happens to the attribute `key` of this value.
    pub(super) fn decide(&self, key: &str, value: AnyValue<'_>) -> Verdict {
        self.key(key, value).unwrap_or_else(|| self.value(value))
    }

    /// What happens to a value because of its key; nothing where the value has to be looked at.
    pub(super) fn key(&self, key: &str, value: AnyValue<'_>) -> Option<Verdict> {
        if self.ignored_keys.contains(key) || any(&self.ignored_key_patterns, key) {
            return Some(Verdict::Ignored);
        }
        if !self.allow_all_keys && !self.allowed_keys.contains(key) && !is_summary(key) {
            return Some(Verdict::Redacted);
        }
        if !any(&self.blocked_key_patterns, key) {
            return None;
        }
        let text = value.to_string();
        match any(&self.allowed_values, &text) {
            true => Some(Verdict::Allowed),
            false => Some(Verdict::Masked(self.mask.of(&text))),
        }
    }

    /// What happens to a value because of what it is.
    pub(super) fn value(&self, value: AnyValue<'_>) -> Verdict {
        let owned;
        let text = match value {
            AnyValue::Text(text) => text,
            _ if self.redact_all_types => {
                owned = value.to_string();
                &owned
            }
            _ => return Verdict::Kept,
        };
        if any(&self.allowed_values, text) {
            return Verdict::Allowed;
        }
        let masked = self.mask.within(text, &self.blocked_values);
        masked.map_or(Verdict::Kept, Verdict::Masked)
    }
}

fn any(patterns: &[Regex], text: &str) -> bool {
    patterns.iter().any(|pattern| pattern.is_match(text))
}
