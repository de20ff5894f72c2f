//! Who the agent is to a target or a list of targets.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::Found;
use super::tls::TlsConfig;
use crate::config::Secret;

/// A user's name and password.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct BasicAuth {
    /// The password. Default none.
    pub password: Option<Secret>,
    /// A file with the password, read at every request. Default none.
    pub password_file: Option<PathBuf>,
    /// The name. Default none.
    pub username: Option<String>,
    /// A file with the name, read at every request. Default none.
    pub username_file: Option<PathBuf>,
}

/// The `Authorization` header.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Authorization {
    /// What stands behind the type. Default none.
    pub credentials: Option<Secret>,
    /// A file with that, read at every request. Default none.
    pub credentials_file: Option<PathBuf>,
    /// The type. Default Bearer.
    pub r#type: String,
}

impl Default for Authorization {
    fn default() -> Self {
        Self {
            credentials: None,
            credentials_file: None,
            r#type: "Bearer".to_owned(),
        }
    }
}

/// What jobs and lists of targets have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HttpConfig<'c> {
    pub(crate) authorization: Option<&'c Authorization>,
    pub(crate) basic_auth: Option<&'c BasicAuth>,
    pub(crate) bearer_token: Option<&'c Secret>,
    pub(crate) bearer_token_file: Option<&'c Path>,
    pub(crate) enable_http2: bool,
    pub(crate) follow_redirects: bool,
    pub(crate) tls: &'c TlsConfig,
}

impl HttpConfig<'_> {
    /// Finds everything that is wrong with it.
    pub(super) fn check(&self, found: &mut Found<'_>) {
        let has_bearer = self.bearer_token.is_some() || self.bearer_token_file.is_some();
        let ways = [
            self.authorization.is_some(),
            self.basic_auth.is_some(),
            has_bearer,
        ];
        if ways.iter().filter(|way| **way).count() > 1 {
            let message = "only one of authorization, basic_auth and bearer_token may be set";
            found.add("", message);
        }
        if self.bearer_token.is_some() && self.bearer_token_file.is_some() {
            found.add("bearer_token_file", "bearer_token is set too");
        }
        if let Some(basic) = self.basic_auth {
            basic.check(&mut found.at("basic_auth"));
        }
        if let Some(authorization) = self.authorization {
            authorization.check(&mut found.at("authorization"));
        }
        self.tls.check(&mut found.at("tls_config"));
    }
}

impl BasicAuth {
    fn check(&self, found: &mut Found<'_>) {
        if self.username.is_some() && self.username_file.is_some() {
            found.add("username_file", "username is set too");
        }
        if self.username.is_none() && self.username_file.is_none() {
            found.add("username", "is required, or username_file");
        }
        if self.password.is_some() && self.password_file.is_some() {
            found.add("password_file", "password is set too");
        }
    }
}

impl Authorization {
    fn check(&self, found: &mut Found<'_>) {
        if self.credentials.is_some() && self.credentials_file.is_some() {
            found.add("credentials_file", "credentials is set too");
        }
        if self.credentials.is_none() && self.credentials_file.is_none() {
            found.add("credentials", "is required, or credentials_file");
        }
        let kind = self.r#type.trim();
        if kind.is_empty() || kind.contains(' ') {
            found.add("type", "must be one word");
        }
        if kind.eq_ignore_ascii_case("basic") {
            found.add("type", "for a name and a password there is basic_auth");
        }
    }
}
