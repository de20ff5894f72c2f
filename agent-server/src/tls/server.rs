//! The `tls` block of listeners.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::server::WebPkiClientVerifier;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::TlsError;
use super::{Acceptor, TlsVersion, identity, provider};
use crate::component::{Invalid, StartError};
use crate::config::{HumanDuration, Secret};
use crate::receivers::{Unsupported, refuse};

/// What is spoken within TLS.
const ALPN: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// How a listener speaks TLS, with the Collector's keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerTls {
    /// The listener's certificate and those that lead to its authority, in a PEM file. Required, or
    /// `cert_pem`.
    pub cert_file: Option<PathBuf>,
    /// The same as text.
    pub cert_pem: Option<String>,
    /// The certificate's private key, in a PEM file. Required, or `key_pem`.
    pub key_file: Option<PathBuf>,
    /// The same as text; never shown.
    pub key_pem: Option<Secret>,
    /// The authorities, in a PEM file, one of which must have signed the client's certificate.
    /// Default none: clients need no certificate.
    pub client_ca_file: Option<PathBuf>,
    /// Whether that file is read again when it changes, like the certificate. Default false.
    pub client_ca_file_reload: bool,
    /// The oldest version of TLS to speak, `1.2` or `1.3`. Default 1.2.
    pub min_version: TlsVersion,
    /// The newest. Default none: 1.3.
    pub max_version: Option<TlsVersion>,
    /// How often the files are looked at; a changed certificate is used from the next connection
    /// on. Default 0: each 30 s (the Collector: never).
    pub reload_interval: HumanDuration,
    /// Refused: authorities for clients are in `client_ca_file`.
    #[serde(skip_serializing)]
    pub ca_file: Unsupported,
    /// Refused: authorities for clients are in `client_ca_file`.
    #[serde(skip_serializing)]
    pub ca_pem: Unsupported,
    /// Refused: all that are offered are strong.
    #[serde(skip_serializing)]
    pub cipher_suites: Unsupported,
    /// Refused: all that are offered are strong.
    #[serde(skip_serializing)]
    pub curve_preferences: Unsupported,
    /// Refused: authorities for clients are in `client_ca_file`.
    #[serde(skip_serializing)]
    pub include_system_ca_certs_pool: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub tpm: Unsupported,
}

/// What the files of a block held.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Material {
    certificate: Vec<u8>,
    key: Vec<u8>,
    pub(super) client_ca: Option<Vec<u8>>,
}

impl ServerTls {
    /// Everything wrong with the block, with keys below `prefix`, which ends with a dot.
    #[must_use]
    pub fn validate(&self, prefix: &str) -> Vec<Invalid> {
        let prefix = format!("{prefix}tls.");
        let keys = [
            ("ca_file", self.ca_file),
            ("ca_pem", self.ca_pem),
            ("cipher_suites", self.cipher_suites),
            ("curve_preferences", self.curve_preferences),
            (
                "include_system_ca_certs_pool",
                self.include_system_ca_certs_pool,
            ),
            ("tpm", self.tpm),
        ];
        let mut wrong = refuse(&prefix, &keys);
        let pairs = [
            ("cert", self.cert_file.is_some(), self.cert_pem.is_some()),
            ("key", self.key_file.is_some(), self.key_pem.is_some()),
        ];
        for (what, file, pem) in pairs {
            let message = match (file, pem) {
                (false, false) => format!("is required, or `{what}_pem`"),
                (true, true) => format!("is set, and so is `{what}_pem`: only one can count"),
                _ => continue,
            };
            wrong.push(Invalid::new(format!("{prefix}{what}_file"), message));
        }
        if TlsVersion::between(self.min_version, self.max_version).is_empty() {
            let message = format!("is older than `min_version`, {}", self.min_version);
            wrong.push(Invalid::new(format!("{prefix}max_version"), message));
        }
        wrong
    }

    /// Reads the files and prepares handshakes. `key` is where the block is, `tls`.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or used, or the key is not the certificate's.
    pub fn open(&self, key: &str) -> Result<Acceptor, StartError> {
        let blame = |error: TlsError| StartError::Other {
            key: format!("{key}.{}", error.key),
            message: error.message,
        };
        let client_ca = self.read_client_ca().map_err(blame)?;
        let material = self.read(client_ca).map_err(blame)?;
        let config = self.config(&material).map_err(blame)?;
        identity::warn_if_public(self.key_file.as_ref());
        Ok(Acceptor::new(self.clone(), material, config))
    }

    /// Reads the certificate and its key, beside the authorities that were read already.
    pub(super) fn read(&self, client_ca: Option<Vec<u8>>) -> Result<Material, TlsError> {
        let certificate = identity::text(
            ("cert_file", self.cert_file.as_ref()),
            ("cert_pem", self.cert_pem.as_deref()),
        )?;
        let key = identity::text(
            ("key_file", self.key_file.as_ref()),
            ("key_pem", self.key_pem.as_ref().map(Secret::reveal)),
        )?;
        Ok(Material {
            certificate: certificate.unwrap_or_default(),
            key: key.unwrap_or_default(),
            client_ca,
        })
    }

    /// Reads the authorities of clients.
    pub(super) fn read_client_ca(&self) -> Result<Option<Vec<u8>>, TlsError> {
        let path = self.client_ca_file.as_ref();
        path.map(|path| identity::read("client_ca_file", path))
            .transpose()
    }

    pub(super) fn config(&self, material: &Material) -> Result<Arc<ServerConfig>, TlsError> {
        let (cert_key, cert_name) =
            identity::named("cert_file", "cert_pem", self.cert_file.as_ref());
        let (key_key, key_name) = identity::named("key_file", "key_pem", self.key_file.as_ref());
        let chain = identity::certificates(cert_key, &cert_name, &material.certificate)?;
        let private = identity::private_key(key_key, &key_name, &material.key)?;
        let versions = TlsVersion::between(self.min_version, self.max_version);
        let builder = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&versions)
            .map_err(|error| TlsError::new("min_version", error.to_string()))?;
        let builder = match &material.client_ca {
            None => builder.with_no_client_auth(),
            Some(pem) => {
                let (_, name) = identity::named("client_ca_file", "", self.client_ca_file.as_ref());
                let roots = Arc::new(identity::authorities("client_ca_file", &name, pem)?);
                let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider());
                let verifier = verifier
                    .build()
                    .map_err(|error| TlsError::new("client_ca_file", error.to_string()))?;
                builder.with_client_cert_verifier(verifier)
            }
        };
        let mut config = builder.with_single_cert(chain, private).map_err(|error| {
            let message = format!("{key_name} does not go with {cert_name}: {error}");
            TlsError::new(key_key, message)
        })?;
        config.alpn_protocols = ALPN.map(<[u8]>::to_vec).to_vec();
        Ok(Arc::new(config))
    }
}
