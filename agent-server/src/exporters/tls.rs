//! The `tls` block of exporters.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{BuildError, Invalid};

/// How the connection to a destination is secured, with the Collector's keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TlsSettings {
    /// Speak without TLS to an endpoint that names no scheme. Default false.
    pub(crate) insecure: bool,
    /// Certificates (PEM) to trust instead of the system's.
    pub(crate) ca_file: Option<PathBuf>,
    /// The name to expect in the destination's certificate, where it is not the endpoint's.
    pub(crate) server_name_override: Option<String>,
    /// Not supported: a connection to anybody is not worth its encryption. Must be false.
    #[schemars(extend("x-unsupported" = true))]
    pub(crate) insecure_skip_verify: bool,
}

impl TlsSettings {
    /// Everything wrong with the block, with keys below `tls`.
    pub(crate) fn validate(&self) -> Vec<Invalid> {
        if !self.insecure_skip_verify {
            return Vec::new();
        }
        vec![Invalid::new(
            "tls.insecure_skip_verify",
            "is not supported: name the destination's certificate authority in tls.ca_file, or \
             set tls.insecure to speak without TLS",
        )]
    }

    /// The certificates of `ca_file`.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub(crate) fn ca_pem(&self) -> Result<Option<Vec<u8>>, BuildError> {
        let Some(path) = &self.ca_file else {
            return Ok(None);
        };
        std::fs::read(path).map(Some).map_err(|error| {
            BuildError::new(
                "tls.ca_file",
                format!("cannot read {}: {error}", path.display()),
            )
        })
    }
}
