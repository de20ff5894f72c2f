//! How TLS is spoken.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::Found;
use crate::config::Secret;
use crate::receivers::unsupported::Unsupported;

/// How TLS is spoken, with Prometheus's keys.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct TlsConfig {
    /// Certificates (PEM) to trust instead of the system's. Default none.
    pub ca: Option<String>,
    /// A file with them, read at the start. Default none.
    pub ca_file: Option<PathBuf>,
    /// The certificate (PEM) to show. Default none.
    pub cert: Option<String>,
    /// A file with it, read at the start. Default none.
    pub cert_file: Option<PathBuf>,
    /// Whether to speak to anybody, whoever their certificate names. Default false.
    pub insecure_skip_verify: bool,
    /// The key (PEM) of `cert`. Default none.
    pub key: Option<Secret>,
    /// A file with it, read at the start. Default none.
    pub key_file: Option<PathBuf>,
    /// The name to ask for and to expect in the certificate. Default: the target's host.
    pub server_name: Option<String>,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub max_version: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub min_version: Unsupported,
}

impl TlsConfig {
    /// Finds everything that is wrong with it.
    pub(super) fn check(&self, found: &mut Found<'_>) {
        let pairs = [
            (
                "ca_file",
                "ca is set too",
                self.ca.is_some() && self.ca_file.is_some(),
            ),
            (
                "cert_file",
                "cert is set too",
                self.cert.is_some() && self.cert_file.is_some(),
            ),
            (
                "key_file",
                "key is set too",
                self.key.is_some() && self.key_file.is_some(),
            ),
        ];
        for (key, message, _) in pairs.into_iter().filter(|(.., both)| *both) {
            found.add(key, message);
        }
        let has_cert = self.cert.is_some() || self.cert_file.is_some();
        let has_key = self.key.is_some() || self.key_file.is_some();
        if has_cert != has_key {
            found.add("", "a certificate and its key belong together");
        }
        found.refuse(&[
            ("max_version", self.max_version),
            ("min_version", self.min_version),
        ]);
    }
}
