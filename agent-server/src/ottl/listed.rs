//! Lists of statements or conditions in a configuration: each as text, or a group of several with
//! what they share.

use std::fmt;
use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// One item of such a list.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(untagged)]
pub(crate) enum Listed<G> {
    /// One text; its paths say what they are paths of.
    Text(String),
    /// Several texts with what they share.
    Group(G),
}

impl<'de, G: Deserialize<'de>> Deserialize<'de> for Listed<G> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListedVisitor(PhantomData))
    }
}

/// A derived reader of untagged enums would not say which key is wrong.
struct ListedVisitor<G>(PhantomData<G>);

impl<'de, G: Deserialize<'de>> Visitor<'de> for ListedVisitor<G> {
    type Value = Listed<G>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string or a map")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Listed::Text(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        G::deserialize(MapAccessDeserializer::new(map)).map(Listed::Group)
    }
}
