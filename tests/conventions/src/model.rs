//! The parts of the model's YAML files that matter here.

use serde::Deserialize;

/// A file below `model/`: groups of the first format, bare attributes of the second.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct File {
    #[serde(default)]
    pub(crate) groups: Vec<Group>,
    #[serde(default)]
    pub(crate) attributes: Vec<Attribute>,
}

/// A span, a metric, or a list of attributes that others extend.
#[derive(Debug, Deserialize)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) extends: Option<String>,
    #[serde(default)]
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) span_kind: Option<String>,
    pub(crate) metric_name: Option<String>,
    pub(crate) instrument: Option<String>,
    pub(crate) unit: Option<String>,
    pub(crate) annotations: Option<Annotations>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Annotations {
    pub(crate) code_generation: Option<CodeGeneration>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct CodeGeneration {
    pub(crate) metric_value_type: Option<String>,
}

/// A definition (`id` or `key`), or a use of one (`ref`) that may override what it says.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Attribute {
    #[serde(alias = "key")]
    pub(crate) id: Option<String>,
    #[serde(rename = "ref")]
    pub(crate) reference: Option<String>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<Kind>,
    pub(crate) stability: Option<String>,
    pub(crate) requirement_level: Option<Level>,
    pub(crate) sampling_relevant: Option<bool>,
}

/// A type: its name, or the members of an enumeration.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Kind {
    Named(String),
    Members { members: Vec<Member> },
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Member {
    pub(crate) value: Scalar,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Scalar {
    Int(i64),
    Text(String),
}

/// A requirement level, alone or with the condition it depends on.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Level {
    Plain(String),
    Conditional(std::collections::BTreeMap<String, String>),
}

impl Level {
    /// The level without its condition.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Plain(name) => name,
            Self::Conditional(map) => map.keys().next().map_or("", String::as_str),
        }
    }
}
