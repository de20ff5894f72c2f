//! What a user writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{Invalid, Validate};

/// How many keys there may be.
const MAX_KEYS: usize = 16;

/// The configuration of `groupbynode`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// Whether it does anything: `false` is for pipelines that have it without being told.
    /// Default true.
    pub(crate) enabled: bool,
    /// Resource attributes whose values make a node: resources that have them in common follow each
    /// other, and are joined if they are equal altogether. Default none: only equal ones are joined.
    pub(crate) keys: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            enabled: true,
            keys: Vec::new(),
        }
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let mut wrong = Vec::new();
        if self.keys.len() > MAX_KEYS {
            let message = format!("{} are too many: at most {MAX_KEYS}", self.keys.len());
            wrong.push(Invalid::new("keys", message));
        }
        let empty = self.keys.iter().enumerate();
        let empty = empty.filter(|(_, key)| key.is_empty());
        wrong.extend(empty.map(|(index, _)| {
            Invalid::new(
                format!("keys[{index}]"),
                "an attribute has a name; this is empty",
            )
        }));
        wrong
    }
}
