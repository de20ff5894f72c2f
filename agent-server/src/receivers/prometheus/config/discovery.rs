//! Where targets are listed.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::Found;
use super::http::{Authorization, BasicAuth, HttpConfig};
use super::tls::TlsConfig;
use super::values::On;
use crate::config::{HumanDuration, Secret};
use crate::receivers::prometheus::parse::is_label_name;
use crate::receivers::unsupported::Unsupported;

/// Targets that are written down.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct StaticConfig {
    /// Labels of all of them. Default none.
    pub labels: BTreeMap<String, String>,
    /// `host:port` each. Default none.
    pub targets: Vec<String>,
}

impl StaticConfig {
    pub(super) fn check(&self, found: &mut Found<'_>) {
        for name in self.labels.keys() {
            if !is_label_name(name) {
                found.add("labels", format!("`{name}` is not the name of a label"));
            }
        }
        for (index, target) in self.targets.iter().enumerate() {
            if target.is_empty() || target.contains(['/', '@', ' ']) {
                let message = "is not `host:port`; the path belongs into metrics_path";
                found.item("targets", index).add("", message);
            }
        }
    }
}

/// Files that list targets.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct FileDiscovery {
    /// The files: JSON or YAML by their ending. A `*` in the last part of a path stands for any
    /// characters. Required.
    pub files: Vec<String>,
    /// The time after which they are read again. Default 5m.
    pub refresh_interval: HumanDuration,
}

impl Default for FileDiscovery {
    fn default() -> Self {
        Self {
            files: Vec::new(),
            refresh_interval: HumanDuration(Duration::from_secs(300)),
        }
    }
}

impl FileDiscovery {
    pub(super) fn check(&self, found: &mut Found<'_>) {
        if self.files.is_empty() {
            found.add("files", "is required: the files to read");
        }
        for (index, file) in self.files.iter().enumerate() {
            let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
            let ends =
                [".json", ".yml", ".yaml"].map(|end| name.to_ascii_lowercase().ends_with(end));
            if folder.contains('*') || !ends.contains(&true) {
                let message = "must end in .json, .yml or .yaml, with `*` in its last part only";
                found.item("files", index).add("", message);
            }
        }
        check_refresh(self.refresh_interval, found);
    }
}

/// A URL that lists targets.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpDiscovery {
    /// Credentials for the `Authorization` header. Default none.
    pub authorization: Option<Authorization>,
    /// A user's name and password. Default none.
    pub basic_auth: Option<BasicAuth>,
    /// A token for `Authorization: Bearer`; older than `authorization`. Default none.
    pub bearer_token: Option<Secret>,
    /// A file with that token, read at every request. Default none.
    pub bearer_token_file: Option<PathBuf>,
    /// Whether to speak HTTP/2 where TLS negotiates it. Default true.
    pub enable_http2: On,
    /// Whether to follow redirects, ten at most; credentials do not go to another host. Default
    /// true.
    pub follow_redirects: On,
    /// How TLS is spoken. Default: the system's certificate authorities are trusted.
    pub tls_config: TlsConfig,
    /// The time after which it is asked again. Default 1m.
    pub refresh_interval: HumanDuration,
    /// The URL; it answers with JSON. Required.
    pub url: String,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub http_headers: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub no_proxy: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub oauth2: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub proxy_connect_header: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub proxy_from_environment: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub proxy_url: Unsupported,
}

impl Default for HttpDiscovery {
    fn default() -> Self {
        Self {
            authorization: None,
            basic_auth: None,
            bearer_token: None,
            bearer_token_file: None,
            enable_http2: On::default(),
            follow_redirects: On::default(),
            tls_config: TlsConfig::default(),
            refresh_interval: HumanDuration(Duration::from_secs(60)),
            url: String::new(),
            http_headers: Unsupported::default(),
            no_proxy: Unsupported::default(),
            oauth2: Unsupported::default(),
            proxy_connect_header: Unsupported::default(),
            proxy_from_environment: Unsupported::default(),
            proxy_url: Unsupported::default(),
        }
    }
}

impl HttpDiscovery {
    /// What concerns the HTTP client.
    pub(crate) fn http(&self) -> HttpConfig<'_> {
        HttpConfig {
            authorization: self.authorization.as_ref(),
            basic_auth: self.basic_auth.as_ref(),
            bearer_token: self.bearer_token.as_ref(),
            bearer_token_file: self.bearer_token_file.as_deref(),
            enable_http2: self.enable_http2.0,
            follow_redirects: self.follow_redirects.0,
            tls: &self.tls_config,
        }
    }

    pub(super) fn check(&self, found: &mut Found<'_>) {
        if self.url.is_empty() {
            found.add("url", "is required: where the targets are listed");
        } else if let Some(wrong) = wrong_url(&self.url) {
            found.add("url", wrong);
        }
        check_refresh(self.refresh_interval, found);
        self.http().check(found);
        found.refuse(&[
            ("http_headers", self.http_headers),
            ("no_proxy", self.no_proxy),
            ("oauth2", self.oauth2),
            ("proxy_connect_header", self.proxy_connect_header),
            ("proxy_from_environment", self.proxy_from_environment),
            ("proxy_url", self.proxy_url),
        ]);
    }
}

/// What is wrong with a URL; the URL itself may hold secrets and is not repeated.
fn wrong_url(url: &str) -> Option<&'static str> {
    let Ok(url) = Url::parse(url) else {
        return Some("is not a URL; write `http://host:port/path`");
    };
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Some("must begin with `http://` or `https://` and name a host");
    }
    let has_user = !url.username().is_empty() || url.password().is_some();
    has_user.then_some("must not hold credentials; write them into basic_auth")
}

fn check_refresh(interval: HumanDuration, found: &mut Found<'_>) {
    if interval.0.is_zero() {
        found.add("refresh_interval", "must be longer than 0s");
    }
}
