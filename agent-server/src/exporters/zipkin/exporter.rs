//! Makes the requests.

use futures_util::future::BoxFuture;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use reqwest::{Client, Url};

use super::config::{Config, Format};
use super::outcome::outcome;
use super::translate::{self, Written};
use crate::auth::{Auth, ClientAuth};
use crate::component::{BuildError, Context, ExportError, Exported, Exporter};
use crate::exporters::answer::{excerpt, root};
use crate::exporters::compression::Compressor;
use crate::exporters::headers::HeaderValues;
use crate::exporters::http_client::{beginning, client, parse_url, shown_url};
use crate::exporters::retry_after;
use crate::payload::Payload;

/// See [the module](super).
#[derive(Debug)]
pub(super) struct ZipkinExporter {
    client: Client,
    secrets: HeaderValues,
    auth: ClientAuth,
    url: Url,
    format: Format,
    default_service_name: String,
    compressor: Compressor,
}

impl ZipkinExporter {
    pub(super) fn new(config: &Config, context: &Context) -> Result<Self, BuildError> {
        let url = parse_url(&config.endpoint);
        let url = url.map_err(|wrong| BuildError::new("endpoint", wrong))?;
        Ok(Self {
            secrets: config.headers.values(),
            auth: Auth::client(config.auth.as_ref(), context),
            client: client(
                &config.headers,
                &config.tls,
                url.scheme() == "https",
                config.keeping()?,
            )?,
            url,
            format: config.format,
            default_service_name: config.default_service_name.clone(),
            compressor: Compressor::new(config.compression, config.compression_params),
        })
    }

    async fn attempt(&self, payload: Payload) -> Result<Exported, ExportError> {
        let written = translate::write(payload.bytes(), self.format, &self.default_service_name);
        let Written { list, rejected } = written.map_err(|error| ExportError::Refused {
            message: error.to_string(),
        })?;
        if rejected < payload.items() {
            self.send(list).await?;
        }
        let message = match rejected {
            0 => "",
            _ => "spans whose ids are not valid cannot be told in Zipkin",
        };
        Ok(Exported {
            rejected,
            sampled_out: 0,
            message: message.to_owned(),
        })
    }

    async fn send(&self, list: Vec<u8>) -> Result<Exported, ExportError> {
        let shown = shown_url(&self.url);
        let content_type = match self.format {
            Format::Json => "application/json",
            Format::Proto => "application/x-protobuf",
        };
        let request = self.client.post(self.url.clone());
        let request = request.headers(self.auth.headers()?);
        let request = request.header(CONTENT_TYPE, content_type);
        let request = match self.compressor.encoding() {
            Some(encoding) => request.header(CONTENT_ENCODING, encoding),
            None => request,
        };
        let body = self.compressor.compress(&[list.into()]).await.concat();
        let request = request.body(body);
        let answer = async {
            let response = request.send().await?;
            let status = response.status();
            let retry_after = retry_after::of(response.headers());
            Ok((status, retry_after, beginning(response).await?))
        };
        let broken = |error: reqwest::Error| ExportError::Retryable {
            message: format!("{shown} (HTTP): {}", excerpt(root(&error).as_bytes())),
            retry_after: None,
        };
        let (status, retry_after, body) = answer.await.map_err(broken)?;
        outcome(&shown, status, &body, retry_after)
    }
}

impl Exporter for ZipkinExporter {
    fn export(&self, payload: Payload) -> BoxFuture<'_, Result<Exported, ExportError>> {
        Box::pin(async move {
            self.auth
                .hide(self.secrets.hide(self.attempt(payload).await))
        })
    }
}
