//! The HTTP client.

use reqwest::redirect::Policy;
use reqwest::{Client, Proxy};
use rustls::{ClientConfig, RootCertStore};

use super::config::Config;
use crate::component::BuildError;
use crate::exporters::answer::root;
use crate::tls::provider;

/// Builds the client; `tls` says whether any URL is `https`.
pub(super) fn client(config: &Config, tls: bool) -> Result<Client, BuildError> {
    let tls = if tls {
        config.tls.client(&[b"h2", b"http/1.1"])?
    } else {
        unused_tls()?
    };
    let builder = Client::builder()
        .user_agent(concat!("campanile/", env!("CARGO_PKG_VERSION")))
        .default_headers(config.headers.to_map())
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .pool_idle_timeout(config.idle_conn_timeout())
        // A connection may be dead long before the system says so.
        .http2_keep_alive_interval(config.http2_read_idle_timeout())
        .http2_keep_alive_timeout(config.http2_ping_timeout.0)
        .tls_backend_preconfigured(tls);
    let builder = match config.proxy()? {
        Some(proxy) => builder.proxy(proxy),
        None => builder,
    };
    builder.build().map_err(|error| {
        BuildError::new("", format!("cannot make an HTTP client: {}", root(&error)))
    })
}

/// A TLS configuration that trusts nobody: a client that speaks plain HTTP is made with one, so
/// that it reads no certificates.
fn unused_tls() -> Result<ClientConfig, BuildError> {
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| BuildError::new("tls", error.to_string()))?;
    Ok(config
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}

impl Config {
    /// The proxy, if there is to be one.
    fn proxy(&self) -> Result<Option<Proxy>, BuildError> {
        let url = self.proxy_url.reveal();
        if url.is_empty() {
            return Ok(None);
        }
        // The error may repeat the URL, which may hold a password.
        let proxy = Proxy::all(url).map_err(|_| BuildError::new("proxy_url", "is not a URL"))?;
        Ok(Some(proxy))
    }
}
