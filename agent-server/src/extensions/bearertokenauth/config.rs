//! What a user writes.

use http::{HeaderName, HeaderValue};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{Invalid, Validate};
use crate::config::Secret;

/// Configuration of the `bearertokenauth` extension.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What stands before the token; empty for the token alone. Default `Bearer`.
    pub scheme: String,
    /// The token. One of `token`, `tokens` and `filename` is required.
    pub token: Secret,
    /// Several tokens, each of which is accepted; the first is sent. Default none.
    pub tokens: Vec<Secret>,
    /// A file with one token a line, read again when it has changed. Default none.
    pub filename: String,
    /// The header that carries it. Default `Authorization`.
    pub header: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            scheme: "Bearer".to_owned(),
            token: Secret::default(),
            tokens: Vec::new(),
            filename: String::new(),
            header: "Authorization".to_owned(),
        }
    }
}

impl Config {
    /// The tokens that are written out.
    pub(super) fn written(&self) -> Vec<&str> {
        let one = Some(self.token.reveal()).filter(|token| !token.is_empty());
        let several = self.tokens.iter().map(Secret::reveal);
        one.into_iter().chain(several).collect()
    }

    /// What the header's value is for `token`.
    pub(super) fn value(&self, token: &str) -> Option<HeaderValue> {
        let text = match self.scheme.as_str() {
            "" => token.to_owned(),
            scheme => format!("{scheme} {token}"),
        };
        let mut value = HeaderValue::try_from(text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let mut wrong = Vec::new();
        let set = [
            !self.token.reveal().is_empty(),
            !self.tokens.is_empty(),
            !self.filename.is_empty(),
        ];
        if set.into_iter().filter(|set| *set).count() != 1 {
            let message = "set one of `token`, `tokens` and `filename`";
            wrong.push(Invalid::new("token", message));
        }
        if HeaderName::try_from(self.header.as_str()).is_err() {
            wrong.push(Invalid::new("header", "is not the name of a header"));
        }
        if !self.scheme.chars().all(|c| c.is_ascii_graphic()) {
            wrong.push(Invalid::new(
                "scheme",
                "has characters that a scheme cannot have",
            ));
        }
        let tokens = self.tokens.iter().enumerate();
        let tokens = tokens.map(|(index, token)| (format!("tokens[{index}]"), token.reveal()));
        let token = Some(("token".to_owned(), self.token.reveal())).filter(|_| set[0]);
        for (key, token) in token.into_iter().chain(tokens) {
            if token.is_empty() || self.value(token).is_none() {
                let message = "is empty or has characters that a header cannot carry";
                wrong.push(Invalid::new(key, message));
            }
        }
        wrong
    }
}
