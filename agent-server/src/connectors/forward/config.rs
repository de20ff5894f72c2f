//! What a user writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::Validate;

/// The configuration of `forward`: nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {}

impl Validate for Config {}
