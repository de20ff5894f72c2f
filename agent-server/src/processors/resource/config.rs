//! What a user writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{Invalid, Validate};
use crate::processors::actions::{self, Action};

/// The key of the actions.
pub(super) const ATTRIBUTES: &str = "attributes";

/// The configuration of `resource`, with the Collector's keys and defaults.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// What is done to the attributes of every resource, in this order. Must be set.
    pub(crate) attributes: Vec<Action>,
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        actions::check(ATTRIBUTES, &self.attributes)
    }
}
