//! What a user writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::Validate;
use crate::config::Endpoint;

/// Configuration of the `zpages` extension.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where to listen. Whoever can connect reads every kept span: think before making it
    /// `:55679`. Default 127.0.0.1:55679.
    pub endpoint: Endpoint,
    /// Further names, without port, by which browsers may ask for the pages, such as the name of a
    /// container. Default none.
    pub allowed_hosts: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            endpoint: Endpoint::loopback(55_679),
            allowed_hosts: Vec::new(),
        }
    }
}

impl Validate for Config {}
