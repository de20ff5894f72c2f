//! The HTTP client.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder};
use rustls::crypto::{CryptoProvider, ring};
use rustls::{ClientConfig, RootCertStore};

use super::config::Config;
use crate::component::BuildError;
use crate::exporters::answer::root;

/// Builds the client; `tls` says whether any URL is `https`.
pub(super) fn client(config: &Config, tls: bool) -> Result<Client, BuildError> {
    let builder = Client::builder()
        .user_agent(concat!("campanile/", env!("CARGO_PKG_VERSION")))
        .default_headers(config.headers.to_map())
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        // A connection may be dead long before the system says so.
        .http2_keep_alive_interval(Duration::from_secs(20))
        .http2_keep_alive_timeout(Duration::from_secs(5));
    let builder = if tls {
        with_tls(builder, config)?
    } else {
        builder.tls_backend_preconfigured(unused_tls()?)
    };
    builder.build().map_err(|error| {
        BuildError::new("", format!("cannot make an HTTP client: {}", root(&error)))
    })
}

fn with_tls(builder: ClientBuilder, config: &Config) -> Result<ClientBuilder, BuildError> {
    // The client panics without one; which one is for the program to say, not for a library.
    if CryptoProvider::get_default().is_none() {
        let message = "this program has installed no TLS provider, so `https` cannot be spoken";
        return Err(BuildError::new("endpoint", message));
    }
    let Some(pem) = config.tls.ca_pem()? else {
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
