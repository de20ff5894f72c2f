//! The HTTP client.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use http::HeaderValue;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, Identity, Url};
use rustls::crypto::{CryptoProvider, ring};
use rustls::{ClientConfig, RootCertStore};

use super::ScrapeError;
use super::credentials::Credentials;
use crate::component::BuildError;
use crate::config::Secret;
use crate::receivers::prometheus::config::{HttpConfig, TlsConfig};

/// Redirects that are followed.
const MAX_REDIRECTS: usize = 10;

/// The client of a job or a list of targets, with what it needs to make others.
#[derive(Clone, Debug)]
pub(in crate::receivers::prometheus) struct Http {
    shared: Client,
    credentials: Credentials,
    settings: Settings,
}

/// What clients are made with.
#[derive(Clone, Debug)]
struct Settings {
    tls: Tls,
    follow_redirects: bool,
    http2: bool,
}

/// TLS settings as they were read.
#[derive(Clone, Debug, Default)]
struct Tls {
    authorities: Option<Vec<Certificate>>,
    identity: Option<Identity>,
    skip_verify: bool,
    server_name: Option<String>,
}

impl Http {
    /// Reads certificates and makes the client. `key` is where the configuration stands;
    /// `with_tls` says whether TLS is sure to be spoken.
    pub(in crate::receivers::prometheus) fn new(
        config: &HttpConfig<'_>,
        key: &str,
        with_tls: bool,
    ) -> Result<Self, BuildError> {
        let settings = Settings {
            tls: Tls::read(config.tls, &format!("{key}.tls_config"))?,
            follow_redirects: config.follow_redirects,
            http2: config.enable_http2,
        };
        Ok(Self {
            shared: settings.build(settings.builder(), key, with_tls)?,
            credentials: Credentials::new(config),
            settings,
        })
    }

    /// The client for `url`, and the URL to ask: with a server name of its own, TLS needs a client
    /// that takes this name for the target's.
    pub(in crate::receivers::prometheus) fn client(
        &self,
        url: &Url,
    ) -> Result<(Client, Url), BuildError> {
        let (Some(name), "https", Some(host)) =
            (&self.settings.tls.server_name, url.scheme(), url.host_str())
        else {
            return Ok((self.shared.clone(), url.clone()));
        };
        let mut named = url.clone();
        named
            .set_host(Some(name))
            .map_err(|_| BuildError::new("tls_config.server_name", "is not the name of a host"))?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let builder = self
            .settings
            .builder()
            .http1_only()
            .redirect(Policy::none())
            .dns_resolver(Arc::new(Always(host.to_owned())));
        Ok((self.settings.build(builder, "tls_config", true)?, named))
    }

    /// The `Authorization` header.
    pub(in crate::receivers::prometheus) async fn authorization(
        &self,
    ) -> Result<Option<HeaderValue>, ScrapeError> {
        self.credentials.header().await
    }
}

impl Settings {
    fn builder(&self) -> ClientBuilder {
        let policy = if self.follow_redirects {
            Policy::limited(MAX_REDIRECTS)
        } else {
            Policy::none()
        };
        let builder = Client::builder()
            .user_agent(concat!("campanile/", env!("CARGO_PKG_VERSION")))
            .redirect(policy)
            .referer(false)
            .no_proxy();
        if self.http2 {
            builder
        } else {
            builder.http1_only()
        }
    }

    /// Without a TLS provider the client would panic, and which one is for the program to say, not
    /// for a library: there, only plain HTTP is spoken.
    fn build(
        &self,
        mut builder: ClientBuilder,
        key: &str,
        with_tls: bool,
    ) -> Result<Client, BuildError> {
        let failed = |error: reqwest::Error| BuildError::new(key, reason(error));
        if CryptoProvider::get_default().is_none() {
            if with_tls {
                let message = "this program has no TLS provider, so `https` cannot be spoken";
                return Err(BuildError::new(key, message));
            }
            let unused = unused_tls().map_err(|error| BuildError::new(key, error.to_string()))?;
            return builder
                .tls_backend_preconfigured(unused)
                .build()
                .map_err(failed);
        }
        if let Some(authorities) = &self.tls.authorities {
            builder = builder.tls_certs_only(authorities.clone());
        }
        if let Some(identity) = &self.tls.identity {
            builder = builder.identity(identity.clone());
        }
        let skip = self.tls.skip_verify;
        builder
            .tls_danger_accept_invalid_certs(skip)
            .build()
            .map_err(failed)
    }
}

impl Tls {
    fn read(config: &TlsConfig, key: &str) -> Result<Self, BuildError> {
        let file = |name: &str, path: Option<&Path>| match path {
            Some(path) => std::fs::read(path).map(Some).map_err(|error| {
                let message = format!("cannot read {}: {error}", path.display());
                BuildError::new(format!("{key}.{name}"), message)
            }),
            None => Ok(None),
        };
        let inline = |text: Option<&str>| text.map(|text| text.as_bytes().to_vec());
        let ca = file("ca_file", config.ca_file.as_deref())?;
        let cert = file("cert_file", config.cert_file.as_deref())?;
        let secret = file("key_file", config.key_file.as_deref())?;
        let ca = ca.or_else(|| inline(config.ca.as_deref()));
        let cert = cert.or_else(|| inline(config.cert.as_deref()));
        let secret = secret.or_else(|| inline(config.key.as_ref().map(Secret::reveal)));
        let wrong = |what: &'static str| {
            move |_: reqwest::Error| BuildError::new(key, format!("{what} is not valid PEM"))
        };
        let authorities = ca.map(|pem| Certificate::from_pem_bundle(&pem)).transpose();
        let pair = cert
            .zip(secret)
            .map(|(cert, secret)| [cert, secret].join(&b'\n'));
        let identity = pair.map(|pem| Identity::from_pem(&pem)).transpose();
        Ok(Self {
            authorities: authorities.map_err(wrong("the certificate authority"))?,
            identity: identity.map_err(wrong("the certificate or its key"))?,
            skip_verify: config.insecure_skip_verify,
            server_name: config.server_name.clone(),
        })
    }
}

/// Resolves every name to the addresses of one host.
#[derive(Debug)]
struct Always(String);

impl Resolve for Always {
    fn resolve(&self, _: Name) -> Resolving {
        let host = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            let addresses: Addrs = Box::new(found.collect::<Vec<_>>().into_iter());
            Ok(addresses)
        })
    }
}

/// A TLS configuration that trusts nobody.
fn unused_tls() -> Result<ClientConfig, rustls::Error> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?;
    Ok(config
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}

/// The innermost cause of an error, which unlike the others does not show the URL.
pub(in crate::receivers::prometheus) fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause: &dyn Error = &error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
