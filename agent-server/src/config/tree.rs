//! Configuration before anyone has said what it means: a tree that knows where it was written.

use std::fmt;

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Number, Value};

use super::Place;

/// A value and where it was written.
#[derive(Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub shape: Shape,
    /// Where it begins.
    pub place: Place,
    /// The references in it that were expanded. What they stood for may be secret.
    pub expansions: Vec<Expansion>,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// `true` or `false`.
    Bool(bool),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order it was written.
    Map(Vec<Field>),
    /// Nothing, or `null`, or `~`.
    Null,
    /// A number.
    Number(Number),
    /// Any other scalar.
    Text(String),
}

/// A key of a mapping and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The key.
    pub key: String,
    /// Where the key was written.
    pub place: Place,
    /// The value.
    pub node: Node,
}

/// A `${...}` and what it stood for.
#[derive(Clone, PartialEq, Eq)]
pub struct Expansion {
    /// As it was written: `${env:TOKEN}`.
    pub reference: String,
    /// What it stood for.
    pub value: String,
}

/// Without what was expanded: it may be secret.
impl fmt::Debug for Node {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.expansions.is_empty() {
            write!(formatter, "{:?} at {}", self.shape, self.place)
        } else {
            write!(formatter, "{:?} at {}", self.expansions, self.place)
        }
    }
}

impl fmt::Debug for Expansion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reference)
    }
}

impl Node {
    /// A value without expansions.
    #[must_use]
    pub fn new(shape: Shape, place: Place) -> Self {
        Self {
            shape,
            place,
            expansions: Vec::new(),
        }
    }

    /// The keys of a mapping; nothing for any other value.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        match &self.shape {
            Shape::Map(fields) => fields,
            _ => &[],
        }
    }

    /// The value of a mapping's key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Field> {
        self.fields().iter().find(|field| field.key == key)
    }

    /// What the value is, for messages.
    #[must_use]
    pub fn describe(&self) -> &'static str {
        match self.shape {
            Shape::Bool(_) => "a boolean",
            Shape::List(_) => "a list",
            Shape::Map(_) => "a map",
            Shape::Null => "nothing",
            Shape::Number(_) => "a number",
            Shape::Text(_) => "a text",
        }
    }

    /// The value without places.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match &self.shape {
            Shape::Bool(bool) => Value::Bool(*bool),
            Shape::List(items) => Value::Array(items.iter().map(Self::to_json).collect()),
            Shape::Map(fields) => {
                let pairs = fields.iter();
                Value::Object(
                    pairs
                        .map(|field| (field.key.clone(), field.node.to_json()))
                        .collect(),
                )
            }
            Shape::Null => Value::Null,
            Shape::Number(number) => Value::Number(number.clone()),
            Shape::Text(text) => Value::String(text.clone()),
        }
    }

    /// Calls `visit` with this value and every one below it, with the path of keys to each.
    pub fn walk<'n>(&'n self, visit: &mut impl FnMut(&str, &'n Self)) {
        self.walk_at(&mut String::new(), visit);
    }

    fn walk_at<'n>(&'n self, path: &mut String, visit: &mut impl FnMut(&str, &'n Self)) {
        visit(path, self);
        let length = path.len();
        for field in self.fields() {
            if length > 0 {
                path.push('.');
            }
            path.push_str(&field.key);
            field.node.walk_at(path, visit);
            path.truncate(length);
        }
        if let Shape::List(items) = &self.shape {
            for (index, item) in items.iter().enumerate() {
                path.push_str(&format!("[{index}]"));
                item.walk_at(path, visit);
                path.truncate(length);
            }
        }
    }
}

/// The value without places, keys in the order they were written.
impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.shape {
            Shape::Bool(bool) => serializer.serialize_bool(*bool),
            Shape::List(items) => serializer.collect_seq(items),
            Shape::Map(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for field in fields {
                    map.serialize_entry(&field.key, &field.node)?;
                }
                map.end()
            }
            Shape::Null => serializer.serialize_unit(),
            Shape::Number(number) => number.serialize(serializer),
            Shape::Text(text) => serializer.serialize_str(text),
        }
    }
}
