//! The `tls` block of exporters.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{BuildError, Invalid};
use crate::config::Secret;
use crate::receivers::{Unsupported, refuse};
use crate::tls::{Anybody, Named, TlsError, TlsVersion, identity, provider};

/// How the connection to a destination is secured, with the Collector's keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TlsSettings {
    /// Speak without TLS to an endpoint that names no scheme. Default false.
    pub(crate) insecure: bool,
    /// Take whatever certificate the destination shows: anybody in between can read and change
    /// what is sent. Default false.
    pub(crate) insecure_skip_verify: bool,
    /// The name to expect in the destination's certificate, where it is not the endpoint's.
    pub(crate) server_name_override: Option<String>,
    /// Authorities (PEM) to trust instead of the system's.
    pub(crate) ca_file: Option<PathBuf>,
    /// The same as text.
    pub(crate) ca_pem: Option<String>,
    /// Whether to trust the system's authorities as well as those. Default false.
    pub(crate) include_system_ca_certs_pool: bool,
    /// The exporter's own certificate (PEM), for destinations that ask for one.
    pub(crate) cert_file: Option<PathBuf>,
    /// The same as text.
    pub(crate) cert_pem: Option<String>,
    /// That certificate's private key (PEM).
    pub(crate) key_file: Option<PathBuf>,
    /// The same as text; never shown.
    pub(crate) key_pem: Option<Secret>,
    /// The oldest version of TLS to speak, `1.2` or `1.3`. Default 1.2.
    pub(crate) min_version: TlsVersion,
    /// The newest. Default none: 1.3.
    pub(crate) max_version: Option<TlsVersion>,
    /// Refused: all that are offered are strong.
    #[serde(skip_serializing)]
    pub(crate) cipher_suites: Unsupported,
    /// Refused: all that are offered are strong.
    #[serde(skip_serializing)]
    pub(crate) curve_preferences: Unsupported,
    /// Refused: files are read when the agent starts.
    #[serde(skip_serializing)]
    pub(crate) reload_interval: Unsupported,
    /// Refused: not supported yet.
    #[serde(skip_serializing)]
    pub(crate) tpm: Unsupported,
}

impl TlsSettings {
    /// Everything wrong with the block, with keys below `tls`.
    pub(crate) fn validate(&self) -> Vec<Invalid> {
        let keys = [
            ("cipher_suites", self.cipher_suites),
            ("curve_preferences", self.curve_preferences),
            ("reload_interval", self.reload_interval),
            ("tpm", self.tpm),
        ];
        let mut wrong = refuse("tls.", &keys);
        let pairs = [
            ("ca", self.ca_file.is_some(), self.ca_pem.is_some()),
            ("cert", self.cert_file.is_some(), self.cert_pem.is_some()),
            ("key", self.key_file.is_some(), self.key_pem.is_some()),
        ];
        for (what, file, pem) in pairs {
            if file && pem {
                let message = format!("is set, and so is `{what}_pem`: only one can count");
                wrong.push(Invalid::new(format!("tls.{what}_file"), message));
            }
        }
        let [_, (_, cert_file, cert_pem), (_, key_file, key_pem)] = pairs;
        match (cert_file || cert_pem, key_file || key_pem) {
            (true, false) => {
                wrong.push(Invalid::new(
                    "tls.key_file",
                    "is required beside a certificate",
                ));
            }
            (false, true) => {
                wrong.push(Invalid::new("tls.cert_file", "is required beside a key"));
            }
            _ => {}
        }
        if TlsVersion::between(self.min_version, self.max_version).is_empty() {
            let message = format!("is older than `min_version`, {}", self.min_version);
            wrong.push(Invalid::new("tls.max_version", message));
        }
        if let Err(message) = self.expected_name() {
            wrong.push(Invalid::new("tls.server_name_override", message));
        }
        wrong
    }

    /// The name to expect, if it is not the endpoint's.
    pub(crate) fn expected_name(&self) -> Result<Option<ServerName<'static>>, String> {
        let name = self.server_name_override.as_ref();
        let name = name.map(|name| {
            ServerName::try_from(name.clone()).map_err(|_| format!("`{name}` is not a host's name"))
        });
        name.transpose()
    }

    /// Reads the files. `alpn` is what is spoken within.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or used; the key is named.
    pub(crate) fn client(&self, alpn: &[&[u8]]) -> Result<ClientConfig, BuildError> {
        let config = self
            .build()
            .map_err(|error| BuildError::new(format!("tls.{}", error.key), error.message));
        let mut config = config?;
        identity::warn_if_public(self.key_file.as_ref());
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        Ok(config)
    }

    fn build(&self) -> Result<ClientConfig, TlsError> {
        let versions = TlsVersion::between(self.min_version, self.max_version);
        let builder = ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(&versions)
            .map_err(|error| TlsError::new("min_version", error.to_string()))?;
        let name = self.expected_name();
        let name = name.map_err(|message| TlsError::new("server_name_override", message))?;
        let builder = if self.insecure_skip_verify {
            let dangerous = builder.dangerous();
            dangerous.with_custom_certificate_verifier(Arc::new(Anybody::new()))
        } else if let Some(name) = name {
            let verifier = Named::new(name, self.roots()?)
                .map_err(|error| TlsError::new("ca_file", error.to_string()))?;
            let dangerous = builder.dangerous();
            dangerous.with_custom_certificate_verifier(Arc::new(verifier))
        } else {
            builder.with_root_certificates(self.roots()?)
        };
        let certificate = identity::text(
            ("cert_file", self.cert_file.as_ref()),
            ("cert_pem", self.cert_pem.as_deref()),
        )?;
        let key = identity::text(
            ("key_file", self.key_file.as_ref()),
            ("key_pem", self.key_pem.as_ref().map(Secret::reveal)),
        )?;
        let (Some(certificate), Some(key)) = (certificate, key) else {
            return Ok(builder.with_no_client_auth());
        };
        let (cert_key, cert_name) =
            identity::named("cert_file", "cert_pem", self.cert_file.as_ref());
        let (key_key, key_name) = identity::named("key_file", "key_pem", self.key_file.as_ref());
        let chain = identity::certificates(cert_key, &cert_name, &certificate)?;
        let key = identity::private_key(key_key, &key_name, &key)?;
        builder.with_client_auth_cert(chain, key).map_err(|error| {
            let message = format!("{key_name} does not go with {cert_name}: {error}");
            TlsError::new(key_key, message)
        })
    }

    fn roots(&self) -> Result<RootCertStore, TlsError> {
        let own = identity::text(
            ("ca_file", self.ca_file.as_ref()),
            ("ca_pem", self.ca_pem.as_deref()),
        )?;
        let mut roots = match &own {
            None => RootCertStore::empty(),
            Some(pem) => {
                let (key, name) = identity::named("ca_file", "ca_pem", self.ca_file.as_ref());
                identity::authorities(key, &name, pem)?
            }
        };
        if own.is_none() || self.include_system_ca_certs_pool {
            // Stores hold certificates that nobody can use; the others count.
            let system = rustls_native_certs::load_native_certs().certs;
            roots.add_parsable_certificates(system);
        }
        if roots.is_empty() {
            let message = "the system has no authorities to trust: name some";
            return Err(TlsError::new("ca_file", message));
        }
        Ok(roots)
    }
}
