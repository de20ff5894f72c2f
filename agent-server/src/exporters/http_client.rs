//! What exporters over HTTP share: their client, URLs, and how they read answers.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::redirect::Policy;
use reqwest::{Client, Proxy, Response, Url};
use rustls::{ClientConfig, RootCertStore};

use super::headers::Headers;
use super::tls::TlsSettings;
use crate::component::{BuildError, Invalid};
use crate::config::Secret;
use crate::exporters::answer::{MAX_ANSWER, root};
use crate::tls::provider;

/// How connections are kept.
#[derive(Clone, Debug)]
pub(crate) struct Keeping {
    /// How long one may be unused; `None` for as long as it lasts.
    pub(crate) idle: Option<Duration>,
    /// How often an HTTP/2 peer that says nothing is asked whether it is there.
    pub(crate) ping_interval: Option<Duration>,
    /// How long it may take to say so.
    pub(crate) ping_timeout: Duration,
    /// The proxy to go through.
    pub(crate) proxy: Option<Proxy>,
}

impl Default for Keeping {
    fn default() -> Self {
        Self {
            idle: Some(Duration::from_secs(90)),
            // A connection may be dead long before the system says so.
            ping_interval: Some(Duration::from_secs(20)),
            ping_timeout: Duration::from_secs(5),
            proxy: None,
        }
    }
}

impl Keeping {
    /// As a user wants it: a duration of zero is none, and no URL no proxy.
    ///
    /// # Errors
    ///
    /// When the URL of the proxy is none.
    pub(crate) fn new(
        proxy_url: &Secret,
        idle: Duration,
        ping_interval: Duration,
        ping_timeout: Duration,
    ) -> Result<Self, BuildError> {
        let unless_zero = |duration: Duration| (!duration.is_zero()).then_some(duration);
        Ok(Self {
            idle: unless_zero(idle),
            ping_interval: unless_zero(ping_interval),
            ping_timeout,
            proxy: proxy(proxy_url).map_err(|wrong| BuildError::new(wrong.key, wrong.message))?,
        })
    }
}

/// The proxy at this URL, if there is one. An error does not repeat the URL, which may hold a
/// password.
pub(crate) fn proxy(url: &Secret) -> Result<Option<Proxy>, Invalid> {
    let url = url.reveal();
    if url.is_empty() {
        return Ok(None);
    }
    let wrong = |_| Invalid::new("proxy_url", "is not a URL; write `http://host:port`");
    Proxy::all(url).map(Some).map_err(wrong)
}

/// Builds the client; `https` says whether any URL is. Redirects are not followed, and no proxy is
/// used but the one that is given: telemetry, and the credentials in its headers, go where the
/// configuration says.
pub(crate) fn client(
    headers: &Headers,
    tls: &TlsSettings,
    https: bool,
    keeping: Keeping,
) -> Result<Client, BuildError> {
    let tls = if https {
        tls.client(&[b"h2", b"http/1.1"])?
    } else {
        unused_tls()?
    };
    let builder = Client::builder()
        .user_agent(concat!("campanile/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers.to_map())
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .pool_idle_timeout(keeping.idle)
        .http2_keep_alive_interval(keeping.ping_interval)
        .http2_keep_alive_timeout(keeping.ping_timeout)
        .tls_backend_preconfigured(tls);
    let builder = match keeping.proxy {
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

/// The body of an answer, of which no more matters than its beginning.
pub(crate) async fn beginning(mut response: Response) -> Result<Bytes, reqwest::Error> {
    let mut body = BytesMut::new();
    while body.len() < MAX_ANSWER {
        let Some(chunk) = response.chunk().await? else {
            break;
        };
        body.extend_from_slice(&chunk);
    }
    body.truncate(MAX_ANSWER);
    Ok(body.freeze())
}
