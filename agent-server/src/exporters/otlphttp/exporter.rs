//! Makes the requests.

use bytes::Bytes;
use campanile_wire::otlp::{Signal, json};
use futures_util::future::BoxFuture;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use reqwest::{Client, Response, Url};

use super::config::{Config, Encoding};
use super::response::Answer;
use crate::auth::{Auth, ClientAuth};
use crate::component::{BuildError, Context, ExportError, Exported, Exporter};
use crate::exporters::answer::{excerpt, root};
use crate::exporters::compression::Compressor;
use crate::exporters::headers::HeaderValues;
use crate::exporters::http_client::{beginning, client, shown_url};
use crate::exporters::retry_after;
use crate::payload::Payload;

const JSON: &str = "application/json";
const PROTOBUF: &str = "application/x-protobuf";

/// See [the module](super).
#[derive(Debug)]
pub(super) struct OtlpHttpExporter {
    client: Client,
    secrets: HeaderValues,
    auth: ClientAuth,
    urls: [(Signal, Option<Url>); 3],
    encoding: Encoding,
    compressor: Compressor,
}

impl OtlpHttpExporter {
    pub(super) fn new(config: &Config, context: &Context) -> Result<Self, BuildError> {
        let mut urls = Signal::ALL.map(|signal| (signal, None));
        for (signal, url) in &mut urls {
            let read = config.url(*signal);
            *url = read.map_err(|wrong| BuildError::new(wrong.key, wrong.message))?;
        }
        let tls = urls.iter().filter_map(|(_, url)| url.as_ref());
        let tls = tls.into_iter().any(|url| url.scheme() == "https");
        Ok(Self {
            secrets: config.headers.values(),
            auth: Auth::client(config.auth.as_ref(), context),
            client: client(&config.headers, &config.tls, tls, config.keeping()?)?,
            urls,
            encoding: config.encoding,
            compressor: Compressor::new(config.compression, config.compression_params),
        })
    }

    async fn attempt(&self, payload: Payload) -> Result<Exported, ExportError> {
        let signal = payload.signal();
        let url = self.url(signal)?;
        let shown = shown_url(url);
        let body = self.body(&payload).await?;
        let mut request = self.client.post(url.clone()).body(body).header(
            CONTENT_TYPE,
            match self.encoding {
                Encoding::Json => JSON,
                Encoding::Proto => PROTOBUF,
            },
        );
        request = request.headers(self.auth.headers()?);
        if let Some(encoding) = self.compressor.encoding() {
            request = request.header(CONTENT_ENCODING, encoding);
        }
        let answer = async {
            let response = request.send().await?;
            self.read(response).await
        };
        let broken = |error: reqwest::Error| ExportError::Retryable {
            message: format!("{shown} (HTTP): {}", excerpt(root(&error).as_bytes())),
            retry_after: None,
        };
        let answer = answer.await.map_err(broken)?;
        answer.outcome(&shown, signal)
    }

    fn url(&self, signal: Signal) -> Result<&Url, ExportError> {
        let url = self.urls.iter().find(|(found, _)| *found == signal);
        let url = url.and_then(|(_, url)| url.as_ref());
        url.ok_or_else(|| ExportError::Permanent {
            message: format!("no endpoint for {signal}: set endpoint or {signal}_endpoint"),
        })
    }

    async fn body(&self, payload: &Payload) -> Result<Bytes, ExportError> {
        let chunks = match self.encoding {
            Encoding::Proto => payload.chunks().to_vec(),
            Encoding::Json => {
                let json = json::encode(payload.signal(), payload.bytes());
                let json = json.map_err(|error| ExportError::Permanent {
                    message: format!("the payload cannot be written as JSON: {error}"),
                })?;
                vec![json.into()]
            }
        };
        let body = self.compressor.compress(&chunks).await;
        Ok(match <[Bytes; 1]>::try_from(body) {
            Ok([whole]) => whole,
            Err(pieces) => pieces.concat().into(),
        })
    }

    /// Reads an answer, of its body no more than matters.
    async fn read(&self, response: Response) -> Result<Answer, reqwest::Error> {
        Ok(Answer {
            status: response.status(),
            encoding: self.encoding_of(response.headers()),
            retry_after: retry_after::of(response.headers()),
            body: beginning(response).await?,
        })
    }

    /// What a body is written in; like the request's unless it says otherwise.
    fn encoding_of(&self, headers: &HeaderMap) -> Encoding {
        match text(headers, CONTENT_TYPE.as_str()) {
            Some(kind) if kind.starts_with(JSON) => Encoding::Json,
            Some(kind) if kind.starts_with(PROTOBUF) => Encoding::Proto,
            _ => self.encoding,
        }
    }
}

impl Exporter for OtlpHttpExporter {
    fn export(&self, payload: Payload) -> BoxFuture<'_, Result<Exported, ExportError>> {
        Box::pin(async move {
            self.auth
                .hide(self.secrets.hide(self.attempt(payload).await))
        })
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}
