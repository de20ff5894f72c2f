//! Comparing attributes and instrumentation scopes.

use campanile_wire::otlp::view::{AnyValue, Attributes, Scope};
use serde_json::Value;

use super::super::config::{Attribute, Library, MatchType};
use super::texts::Texts;
use crate::component::BuildError;
use crate::processors::actions::any_value;

/// What an attribute is to be like.
#[derive(Debug)]
pub(super) struct Attr {
    key: String,
    value: Wanted,
}

#[derive(Debug)]
enum Wanted {
    Any,
    /// The fields of an `AnyValue`.
    Exactly(Vec<u8>),
    Like(Texts),
}

impl Attr {
    /// Those at `key` of the configuration.
    pub(super) fn all(
        key: &str,
        how: MatchType,
        attributes: &[Attribute],
    ) -> Result<Vec<Self>, BuildError> {
        let of = |attribute: &Attribute| {
            let value = match (&attribute.value, how) {
                (Value::Null, _) => Wanted::Any,
                (Value::String(text), MatchType::Regexp) => {
                    Wanted::Like(Texts::one_of(key, how, std::slice::from_ref(text))?)
                }
                (value, _) => Wanted::Exactly(any_value(value)),
            };
            let key = attribute.key.clone();
            Ok(Self { key, value })
        };
        attributes.iter().map(of).collect()
    }

    pub(super) fn is_in(&self, attributes: Attributes<'_>) -> bool {
        let Some(value) = attributes.find(&self.key) else {
            return false;
        };
        match &self.value {
            Wanted::Any => true,
            Wanted::Exactly(wanted) => are_equal(AnyValue::new(wanted), value),
            Wanted::Like(texts) => match value {
                AnyValue::Text(text) => texts.are_like(text),
                AnyValue::Bool(_) | AnyValue::Double(_) | AnyValue::Int(_) => {
                    texts.are_like(&value.to_string())
                }
                AnyValue::Array(_) | AnyValue::Bytes(_) | AnyValue::Empty | AnyValue::KvList(_) => {
                    false
                }
            },
        }
    }
}

/// Whether two values are of one type and say the same.
fn are_equal(left: AnyValue<'_>, right: AnyValue<'_>) -> bool {
    match (left, right) {
        (AnyValue::Text(left), AnyValue::Text(right)) => left == right,
        (AnyValue::Bool(left), AnyValue::Bool(right)) => left == right,
        (AnyValue::Int(left), AnyValue::Int(right)) => left == right,
        (AnyValue::Double(left), AnyValue::Double(right)) => left == right,
        (AnyValue::Array(_), AnyValue::Array(_)) | (AnyValue::KvList(_), AnyValue::KvList(_)) => {
            left.to_string() == right.to_string()
        }
        _ => false,
    }
}

/// What an instrumentation scope is to be like.
#[derive(Debug)]
pub(super) struct Lib {
    name: Texts,
    version: Option<Texts>,
}

impl Lib {
    /// Those at `key` of the configuration.
    pub(super) fn all(
        key: &str,
        how: MatchType,
        libraries: &[Library],
    ) -> Result<Vec<Self>, BuildError> {
        let of = |library: &Library| {
            let name = Texts::one_of(key, how, std::slice::from_ref(&library.name))?;
            let version = library.version.iter().map(std::slice::from_ref);
            let version = version
                .map(|version| Texts::one_of(key, how, version))
                .next();
            let version = version.transpose()?;
            Ok(Self { name, version })
        };
        libraries.iter().map(of).collect()
    }

    pub(super) fn is(&self, scope: Scope<'_>) -> bool {
        let version = self.version.as_ref();
        self.name.are_like(scope.name())
            && version.is_none_or(|version| version.are_like(scope.version()))
    }
}
