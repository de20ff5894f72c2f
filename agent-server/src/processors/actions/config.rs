//! What a user writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is to be done, in small or capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Does {
    /// Changes the type of a value.
    #[serde(alias = "CONVERT")]
    Convert,
    /// Removes attributes.
    #[serde(alias = "DELETE")]
    Delete,
    /// Takes a text apart into attributes.
    #[serde(alias = "EXTRACT")]
    Extract,
    /// Replaces values by their SHA-256 digest.
    #[serde(alias = "HASH")]
    Hash,
    /// Adds an attribute that is not there.
    #[serde(alias = "INSERT")]
    Insert,
    /// Replaces the value of an attribute that is there.
    #[serde(alias = "UPDATE")]
    Update,
    /// Adds an attribute or replaces its value.
    #[serde(alias = "UPSERT")]
    Upsert,
}

/// The types that values can be converted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Type {
    /// A double.
    Double,
    /// An integer.
    Int,
    /// Text.
    String,
}

/// One action on attributes, with the Collector's keys.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Action {
    /// The attribute that is acted upon. Must be set, except where `pattern` takes its place.
    pub(crate) key: String,
    /// What is done. Must be set.
    pub(crate) action: Option<Does>,
    /// The value of `insert`, `update` and `upsert`: text, a number, a truth value, a list or a map.
    pub(crate) value: Value,
    /// The attribute whose value is taken. Nothing happens if it is not there.
    pub(crate) from_attribute: String,
    /// What of the connection is taken as value: `client.address`, the only one there is.
    pub(crate) from_context: String,
    /// A regular expression: for `extract` over the value, with named groups; for `delete` and
    /// `hash` over the keys.
    pub(crate) pattern: String,
    /// The type that `convert` makes of the value.
    pub(crate) converted_type: Option<Type>,
}
