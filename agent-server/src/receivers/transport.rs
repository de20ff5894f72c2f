//! The transport of a listener.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::Invalid;
use crate::config::ListenAddress;

/// What a listener listens on. The endpoint says so already: a path is a Unix socket.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// What the endpoint is.
    #[default]
    Tcp,
    /// A Unix socket.
    Unix,
}

impl Transport {
    /// What is wrong with it for `endpoint`, with its key below `prefix`, which ends with a dot.
    pub(crate) fn check(self, endpoint: &ListenAddress, prefix: &str) -> Option<Invalid> {
        match (self, endpoint) {
            (Self::Unix, ListenAddress::Tcp(endpoint)) => Some(Invalid {
                help: Some("write a path, such as `endpoint: /run/campanile.sock`".to_owned()),
                ..Invalid::new(
                    format!("{prefix}transport"),
                    format!("`unix` wants a path, and the endpoint `{endpoint}` is none"),
                )
            }),
            _ => None,
        }
    }
}
