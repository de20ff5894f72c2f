//! What exporters over HTTP share: their client, and URLs.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, Url};
use rustls::crypto::{CryptoProvider, ring};
use rustls::{ClientConfig, RootCertStore};

use super::headers::Headers;
use super::tls::TlsSettings;
use crate::component::BuildError;
use crate::exporters::answer::root;

/// Builds the client; `https` says whether any URL is. Redirects are not followed and no proxy is
/// used: telemetry, and the credentials in its headers, go where the configuration says.
pub(crate) fn client(
    headers: &Headers,
    tls: &TlsSettings,
    https: bool,
) -> Result<Client, BuildError> {
    let builder = Client::builder()
        .user_agent(concat!("campanile/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers.to_map())
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        // A connection may be dead long before the system says so.
        .http2_keep_alive_interval(Duration::from_secs(20))
        .http2_keep_alive_timeout(Duration::from_secs(5));
    let builder = if https {
        with_tls(builder, tls)?
    } else {
        builder.tls_backend_preconfigured(unused_tls()?)
    };
    builder.build().map_err(|error| {
        BuildError::new("", format!("cannot make an HTTP client: {}", root(&error)))
    })
}

fn with_tls(builder: ClientBuilder, tls: &TlsSettings) -> Result<ClientBuilder, BuildError> {
    // The client panics without one; which one is for the program to say, not for a library.
    if CryptoProvider::get_default().is_none() {
        let message = "this program has installed no TLS provider, so `https` cannot be spoken";
        return Err(BuildError::new("endpoint", message));
    }
    let Some(pem) = tls.ca_pem()? else {
        return Ok(builder);
    };
    let unreadable = |error: reqwest::Error| {
        let message = format!("is not a list of certificates in PEM: {}", root(&error));
        BuildError::new("tls.ca_file", message)
    };
    let certificates = Certificate::from_pem_bundle(&pem).map_err(unreadable)?;
    Ok(builder.tls_certs_only(certificates))
}

/// A TLS configuration that trusts nobody: a client that speaks plain HTTP is made with one, so
/// that it needs no TLS provider and reads no certificates.
fn unused_tls() -> Result<ClientConfig, BuildError> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| BuildError::new("tls", error.to_string()))?;
    Ok(config
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}

/// Reads a URL. A wrong one may hold credentials, so it is repeated only where it cannot.
pub(crate) fn parse_url(text: &str) -> Result<Url, String> {
    if text.contains('@') {
        return Err("holds credentials: put them into `headers`".to_owned());
    }
    match text.parse::<Url>() {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        _ => Err(format!(
            "`{text}` is not a URL; write `http://host:port` or `https://host`"
        )),
    }
}

/// The URL for errors: without its query, where keys may lie.
pub(crate) fn shown_url(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.into()
}
