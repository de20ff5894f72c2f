//! What a user writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{Invalid, Validate};
use crate::config::Endpoint;
use crate::tls::ServerTls;

/// Configuration of the `health_check` extension.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where to listen. Change it to `:13133` where probes come from outside. Default
    /// 127.0.0.1:13133.
    pub endpoint: Endpoint,
    /// TLS. Default none: plain text.
    pub tls: Option<ServerTls>,
    /// The path that answers; others are not found. Default `/`.
    pub path: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            endpoint: Endpoint::loopback(13_133),
            tls: None,
            path: "/".to_owned(),
        }
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let tls = self.tls.iter().flat_map(|tls| tls.validate(""));
        tls.chain(self.wrong_path()).collect()
    }
}

impl Config {
    fn wrong_path(&self) -> Option<Invalid> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.~".contains(c);
        if self.path.starts_with('/') && self.path.chars().all(plain) {
            return None;
        }
        Some(Invalid {
            help: Some("write a path such as `/` or `/health`".to_owned()),
            ..Invalid::new("path", format!("`{}` is not a path", self.path))
        })
    }
}
