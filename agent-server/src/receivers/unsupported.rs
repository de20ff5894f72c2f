//! Keys that the Collector has and this agent does not have.
//!
//! They are known by name, so that whoever pastes a Collector's configuration reads "not supported
//! yet" rather than "unknown field", and nothing is silently without effect: a listener that was
//! meant to have TLS must not start without it.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use crate::component::{Invalid, NOT_SUPPORTED};

/// A key that must not be set. `null` counts as not set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsupported {
    set: bool,
}

impl<'de> Deserialize<'de> for Unsupported {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Option::<IgnoredAny>::deserialize(deserializer)?;
        Ok(Self {
            set: value.is_some(),
        })
    }
}

/// Takes nothing but `null`; `x-unsupported` says why.
impl JsonSchema for Unsupported {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Unsupported")
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "null", "x-unsupported": true})
    }
}

/// A key that the Collector has and that changes nothing here: any value is taken and forgotten.
/// Only for what nobody would miss, such as the sizes of buffers that grow by themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WithoutEffect;

impl<'de> Deserialize<'de> for WithoutEffect {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

impl JsonSchema for WithoutEffect {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("WithoutEffect")
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"default": null})
    }
}

/// Refuses each of `keys` that is set, `prefix` being the path above them.
pub(crate) fn refuse(prefix: &str, keys: &[(&str, Unsupported)]) -> Vec<Invalid> {
    keys.iter()
        .filter(|(_, value)| value.set)
        .map(|(key, _)| Invalid {
            key: format!("{prefix}{key}"),
            message: format!("`{key}` {NOT_SUPPORTED}"),
            help: Some(format!("remove `{key}`")),
        })
        .collect()
}
