//! One member of a baggage list.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::grammar::{is_token, is_value};
use crate::list::{split, split_once};
use crate::whitespace::trim_text as trim;

/// A member of a `baggage` header: `key=value;property;property=value`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Member<'a> {
    pub(super) text: &'a str,
    pub(super) key: &'a str,
    pub(super) raw_value: &'a str,
    pub(super) metadata: &'a str,
}

impl<'a> Member<'a> {
    /// Reads one member; `None` when it does not follow the grammar.
    pub(super) fn parse(member: &'a [u8]) -> Option<Self> {
        let member = Self::divide(str::from_utf8(member).ok()?)?;
        let valid = is_token(member.key)
            && is_value(member.raw_value)
            && member.properties().all(|property| {
                is_token(property.key) && is_value(property.raw_value.unwrap_or_default())
            });
        valid.then_some(member)
    }

    /// Divides a member that was checked before.
    pub(super) fn divide(text: &'a str) -> Option<Self> {
        let (entry, metadata) = split_once(text, b';').unwrap_or((text, ""));
        let (key, raw_value) = split_once(entry, b'=')?;
        Some(Self {
            text,
            key: trim(key),
            raw_value: trim(raw_value),
            metadata: trim(metadata),
        })
    }

    /// The name, as sent.
    #[must_use]
    pub fn key(&self) -> &'a str {
        self.key
    }

    /// The value, percent-decoded.
    #[must_use]
    pub fn value(&self) -> Cow<'a, str> {
        decode(self.raw_value)
    }

    /// The properties as sent, which is what `BaggageMetadata` holds; empty when there are none.
    #[must_use]
    pub fn metadata(&self) -> &'a str {
        self.metadata
    }

    /// The properties one by one.
    pub fn properties(&self) -> impl Iterator<Item = Property<'a>> + use<'a> {
        properties(self.metadata)
    }
}

/// A property of a baggage member: a name, with or without a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Property<'a> {
    pub(super) key: &'a str,
    pub(super) raw_value: Option<&'a str>,
}

impl<'a> Property<'a> {
    /// The name, as sent.
    #[must_use]
    pub fn key(&self) -> &'a str {
        self.key
    }

    /// The value, percent-decoded, when there is one.
    #[must_use]
    pub fn value(&self) -> Option<Cow<'a, str>> {
        self.raw_value.map(decode)
    }
}

/// Divides the metadata of a baggage entry into its properties.
///
/// # Example
///
/// ```
/// use campanile_propagation::baggage::properties;
///
/// let found: Vec<_> = properties("ttl = 30;label=a%2Cb;secret").collect();
/// assert_eq!(found[0].value().as_deref(), Some("30"));
/// assert_eq!(found[1].value().as_deref(), Some("a,b"));
/// assert_eq!((found[2].key(), found[2].value()), ("secret", None));
/// ```
pub fn properties(metadata: &str) -> impl Iterator<Item = Property<'_>> {
    split(metadata, b';')
        .map(trim)
        .filter(|property| !property.is_empty())
        .map(|property| match split_once(property, b'=') {
            Some((key, value)) => Property {
                key: trim(key),
                raw_value: Some(trim(value)),
            },
            None => Property {
                key: property,
                raw_value: None,
            },
        })
}

fn decode(raw: &str) -> Cow<'_, str> {
    if raw.bytes().all(|byte| byte != b'%') {
        return Cow::Borrowed(raw);
    }
    let encoded = raw.bytes().filter(|byte| *byte == b'%').count();
    let mut bytes = Vec::with_capacity(raw.len() - 2 * encoded.min(raw.len() / 3));
    bytes.extend(percent_decode_str(raw));
    match String::from_utf8(bytes) {
        Ok(text) => Cow::Owned(text),
        Err(error) => Cow::Owned(String::from_utf8_lossy(error.as_bytes()).into_owned()),
    }
}
