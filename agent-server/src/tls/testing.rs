//! Certificates for tests, made anew by each.

use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
};
use rustls::ClientConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::TempDir;

use super::{ServerTls, TlsVersion, identity, provider};

/// An authority with a directory in which what it signs is written.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its own certificate.
    pub(crate) pem: String,
    directory: TempDir,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("random numbers");
        let pem = params.self_signed(&key).expect("signed").pem();
        let authority = Self {
            issuer: Issuer::new(params, key),
            pem,
            directory: tempfile::tempdir().expect("a directory"),
        };
        authority.write("ca.pem", &authority.pem);
        authority
    }

    /// The path of a file of this authority; `ca.pem` is its own certificate.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("written");
    }

    /// Signs a certificate for `localhost`, and writes it and its key to `name.pem`, `name.key`.
    pub(crate) fn sign(&self, name: &str) -> (String, String) {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ClientAuth,
            ExtendedKeyUsagePurpose::ServerAuth,
        ];
        let key = KeyPair::generate().expect("random numbers");
        let certificate = params.signed_by(&key, &self.issuer).expect("signed");
        let (pem, key) = (certificate.pem(), key.serialize_pem());
        self.write(&format!("{name}.pem"), &pem);
        self.write(&format!("{name}.key"), &key);
        (pem, key)
    }

    /// The block of a listener with the certificate that was signed under `name`.
    pub(crate) fn server(&self, name: &str) -> ServerTls {
        ServerTls {
            cert_file: Some(self.path(&format!("{name}.pem"))),
            key_file: Some(self.path(&format!("{name}.key"))),
            ..ServerTls::default()
        }
    }

    /// A client that trusts this authority, and shows the certificate `identity`.
    pub(crate) fn client(
        &self,
        identity: Option<&(String, String)>,
        version: TlsVersion,
    ) -> Arc<ClientConfig> {
        let roots = identity::authorities("", "", self.pem.as_bytes()).expect("a certificate");
        let builder = ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(&TlsVersion::between(version, Some(version)))
            .expect("a version")
            .with_root_certificates(roots);
        let config = match identity {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => {
                let chain = CertificateDer::pem_slice_iter(certificate.as_bytes());
                let chain = chain.collect::<Result<Vec<_>, _>>().expect("PEM");
                let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("PEM");
                let config = builder.with_client_auth_cert(chain, key);
                config.expect("the key is the certificate's")
            }
        };
        Arc::new(config)
    }
}
