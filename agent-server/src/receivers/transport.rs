//! The transport of a listener.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a listener listens on.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// TCP.
    #[default]
    Tcp,
}
