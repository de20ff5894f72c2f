//! What a user writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::htpasswd::Table;
use crate::component::{BuildError, Invalid, Validate};
use crate::config::Secret;

/// Configuration of the `basicauth` extension. One of `htpasswd` and `client_auth` is required.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The senders that are known, for listeners. Default none.
    pub htpasswd: Option<Htpasswd>,
    /// As whom exporters send. Default none.
    pub client_auth: Option<ClientAuth>,
}

/// Lines of `name:hash`, as the program `htpasswd` writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Htpasswd {
    /// A file of them, read at the start. Default none.
    pub file: String,
    /// Further ones; a name that is in both is the one here. Default none.
    pub inline: Secret,
}

/// A name and its password.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientAuth {
    /// The name. Required.
    pub username: String,
    /// The password. Default empty.
    pub password: Secret,
}

impl Config {
    /// The senders that are known, if listeners are to ask.
    pub(super) fn table(&self) -> Result<Option<Table>, BuildError> {
        let Some(htpasswd) = &self.htpasswd else {
            return Ok(None);
        };
        let mut table = Table::default();
        let wrong = |key, message| BuildError::new(format!("htpasswd.{key}"), message);
        if !htpasswd.file.is_empty() {
            let text = std::fs::read_to_string(&htpasswd.file);
            let text = text.map_err(|error| wrong("file", error.to_string()))?;
            table
                .read(&text)
                .map_err(|message| wrong("file", message))?;
        }
        let inline = table.read(htpasswd.inline.reveal());
        inline.map_err(|message| wrong("inline", message))?;
        if table.is_empty() {
            return Err(wrong("file", "nobody is in it".to_owned()));
        }
        Ok(Some(table))
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let mut wrong = Vec::new();
        let mut add = |key: &str, message: String| wrong.push(Invalid::new(key, message));
        if self.htpasswd.is_none() && self.client_auth.is_none() {
            let message = "is required, for listeners, or client_auth, for exporters";
            add("htpasswd", message.to_owned());
        }
        if let Some(htpasswd) = &self.htpasswd {
            if htpasswd.file.is_empty() && htpasswd.inline.reveal().is_empty() {
                add("htpasswd", "wants `file` or `inline`".to_owned());
            }
            if let Err(message) = Table::default().read(htpasswd.inline.reveal()) {
                add("htpasswd.inline", message);
            }
        }
        if let Some(client) = &self.client_auth {
            if client.username.is_empty() {
                add("client_auth.username", "is required".to_owned());
            }
            if client.username.contains(':') {
                add("client_auth.username", "must not hold a colon".to_owned());
            }
        }
        wrong
    }
}
