//! Certificates and keys, from PEM.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::error::TlsError;

/// The largest file that is read: a list of all public authorities has a quarter of a MiB.
const MAX_FILE: u64 = 4 << 20;

/// The text of one of a pair of keys, `cert_file` or `cert_pem`; `None` when neither is set.
pub(crate) fn text(
    file: (&'static str, Option<&PathBuf>),
    pem: (&'static str, Option<&str>),
) -> Result<Option<Vec<u8>>, TlsError> {
    match (file, pem) {
        ((key, Some(path)), _) => read(key, path).map(Some),
        (_, (_, Some(pem))) => Ok(Some(pem.as_bytes().to_vec())),
        _ => Ok(None),
    }
}

/// Reads a file that `key` names.
pub(crate) fn read(key: &'static str, path: &Path) -> Result<Vec<u8>, TlsError> {
    let unreadable = |error| TlsError::unreadable(key, path, &error);
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > MAX_FILE {
        let message = format!("{} has {size} bytes, which is no PEM", path.display());
        return Err(TlsError::new(key, message));
    }
    std::fs::read(path).map_err(unreadable)
}

/// Warns of a private key that every user of this machine can read.
pub(crate) fn warn_if_public(key_file: Option<&PathBuf>) {
    let Some(path) = key_file else {
        return;
    };
    if std::fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o004 != 0) {
        let path = path.display();
        tracing::warn!(%path, "every user of this machine can read this private key: chmod 600 it");
    }
}

/// The certificates in `pem`, of which there must be one at least. `what` names the file in errors.
pub(crate) fn certificates(
    key: &'static str,
    what: &str,
    pem: &[u8],
) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match all {
        Ok(all) if !all.is_empty() => Ok(all),
        Ok(_) => Err(TlsError::new(
            key,
            format!("{what} holds no certificate in PEM"),
        )),
        Err(error) => Err(TlsError::new(key, format!("{what} is not PEM: {error}"))),
    }
}

/// The private key in `pem`.
pub(crate) fn private_key(
    key: &'static str,
    what: &str,
    pem: &[u8],
) -> Result<PrivateKeyDer<'static>, TlsError> {
    // The parser's error may quote what it has read, so it is not repeated.
    PrivateKeyDer::from_pem_slice(pem)
        .map_err(|_| TlsError::new(key, format!("{what} holds no private key in PEM")))
}

/// The authorities in `pem`.
pub(crate) fn authorities(
    key: &'static str,
    what: &str,
    pem: &[u8],
) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(key, what, pem)? {
        roots.add(certificate).map_err(|error| {
            TlsError::new(
                key,
                format!("{what} holds a certificate that cannot be used: {error}"),
            )
        })?;
    }
    Ok(roots)
}

/// The key that is set, and what it names.
pub(crate) fn named(
    file_key: &'static str,
    pem_key: &'static str,
    file: Option<&PathBuf>,
) -> (&'static str, String) {
    match file {
        Some(path) => (file_key, path.display().to_string()),
        None => (pem_key, "the text".to_owned()),
    }
}
