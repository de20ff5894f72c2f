//! The keys of a configuration, read out of its JSON schema and its defaults.

mod kind;
#[cfg(test)]
mod tests;
mod walk;

use serde::Serialize;
use serde_json::Value;

pub(super) use self::walk::keys;

/// A key that can be configured, or one that is known and refused.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Key {
    /// Where it is below the component: `tls.ca_file`, `rules[].name`, `groups.<name>.limit`.
    pub path: String,
    /// What it takes: `string`, `duration`, `map`, `list of string`, `enum` and so on.
    #[serde(rename = "type")]
    pub kind: String,
    /// Every value, if these can be listed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// What counts if it is left out; `null` for nothing. Not given for blocks, whose keys have
    /// their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// Whether the default is refused.
    pub required: bool,
    /// Whether it may be set at all.
    pub supported: bool,
    /// The first sentence of its documentation, without the full stop.
    pub about: String,
    /// The whole documentation.
    pub description: String,
}

/// The first sentence of a text, on one line and without its full stop.
fn first_sentence(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = text.find(". ").unwrap_or(text.len());
    let sentence = text.get(..end).unwrap_or(&text);
    sentence.strip_suffix('.').unwrap_or(sentence).to_owned()
}
