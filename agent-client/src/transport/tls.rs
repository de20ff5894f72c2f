//! TLS with rustls: the system's authorities or given ones, and a certificate of this client's if
//! there is one.
//!
//! The cryptography is ring's, named here and not installed for the process: that is the
//! program's to decide.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::dial::Version;
use crate::environment::Tls;

/// Shakes hands with the server named `host`.
pub(super) async fn connect(
    stream: TcpStream,
    host: &str,
    files: &Tls,
    version: Version,
) -> io::Result<TlsStream<TcpStream>> {
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    let config = config(files, version)?;
    let connector = TlsConnector::from(Arc::new(config));
    connector.connect(name, stream).await
}

/// The files are read for every connection: one that was renewed counts from then on.
fn config(files: &Tls, version: Version) -> io::Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots(files)?);
    let mut config = match (&files.client_certificate, &files.client_key) {
        (Some(certificate), Some(key)) => {
            let chain = certificates(certificate)?;
            let key = PrivateKeyDer::from_pem_file(key).map_err(|error| cannot_read(key, error))?;
            let config = builder.with_client_auth_cert(chain, key);
            config.map_err(|error| cannot_read(certificate, error))?
        }
        _ => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![version.alpn().to_vec()];
    Ok(config)
}

fn roots(files: &Tls) -> io::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    match &files.certificate {
        Some(path) => {
            for certificate in certificates(path)? {
                let added = roots.add(certificate);
                added.map_err(|error| cannot_read(path, error))?;
            }
        }
        None => {
            let found = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(found.certs);
            if roots.is_empty() {
                return Err(io::Error::other(
                    "the system has no certificate authorities: name one with \
                     OTEL_EXPORTER_OTLP_CERTIFICATE",
                ));
            }
        }
    }
    Ok(roots)
}

fn certificates(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|error| cannot_read(path, error));
    match found {
        Ok(list) if list.is_empty() => Err(cannot_read(path, "it holds no certificate")),
        found => found,
    }
}

fn cannot_read(path: &Path, why: impl std::fmt::Display) -> io::Error {
    io::Error::other(format!("cannot use {}: {why}", path.display()))
}
