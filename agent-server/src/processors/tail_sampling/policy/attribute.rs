//! Conditions on one attribute, of a resource or of a span.

use std::collections::HashSet;
use std::num::NonZeroUsize;

use campanile_wire::otlp::view::{AnyValue, Attributes, Resource};
use lru::LruCache;
use regex::Regex;

use super::super::evidence::Evidence;

/// The field of a span that holds its attributes.
const SPAN_ATTRIBUTES: u32 = 9;

/// An attribute that has to be, or must not be, one of some.
#[derive(Debug)]
pub(in super::super) struct Attribute {
    pub(in super::super) key: String,
    pub(in super::super) values: Values,
}

/// What matches.
#[derive(Debug)]
pub(in super::super) enum Values {
    /// A truth value.
    Bool(bool),
    /// Numbers from the first to the second, each if it is given.
    Numbers(Option<i64>, Option<i64>),
    /// Text in which one of these is found, with what was found out before.
    Patterns(Vec<Regex>, LruCache<String, bool>),
    /// One of these texts.
    Texts(HashSet<String>),
}

impl Attribute {
    /// Whether the resource or a span has the attribute, with a value that matches.
    pub(super) fn is_in(&mut self, trace: &Evidence<'_>) -> bool {
        let Self { key, values } = self;
        let values = std::cell::RefCell::new(values);
        let matches = |attributes: Attributes<'_>| {
            let found = attributes.find(key);
            found.is_some_and(|value| values.borrow_mut().matches(value))
        };
        trace.any(
            |resource| matches(Resource(resource).attributes()),
            |span| matches(Attributes::new(span, SPAN_ATTRIBUTES)),
        )
    }
}

impl Values {
    /// Texts to be found as they are.
    pub(in super::super) fn texts(values: &[String]) -> Self {
        let values = values.iter().filter(|value| !value.is_empty());
        Self::Texts(values.cloned().collect())
    }

    /// Patterns, of which so many results are remembered.
    pub(in super::super) fn patterns(patterns: Vec<Regex>, remembered: NonZeroUsize) -> Self {
        Self::Patterns(patterns, LruCache::new(remembered))
    }

    fn matches(&mut self, value: AnyValue<'_>) -> bool {
        match (self, value) {
            (Self::Bool(wanted), AnyValue::Bool(value)) => *wanted == value,
            (Self::Numbers(min, max), AnyValue::Int(value)) => {
                min.is_none_or(|min| value >= min) && max.is_none_or(|max| value <= max)
            }
            (Self::Numbers(min, max), AnyValue::Double(value)) => {
                min.is_none_or(|min| value >= min as f64)
                    && max.is_none_or(|max| value <= max as f64)
            }
            (Self::Patterns(patterns, known), AnyValue::Text(text)) => {
                if let Some(found) = known.get(text) {
                    return *found;
                }
                let found = patterns.iter().any(|pattern| pattern.is_match(text));
                known.put(text.to_owned(), found);
                found
            }
            (Self::Texts(texts), AnyValue::Text(text)) => texts.contains(text),
            _ => false,
        }
    }
}
