//! Makes the calls.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::HeaderMap;

use super::translate::{self, Written};
use crate::auth::{Auth, ClientAuth};
use crate::component::{BuildError, Context, ExportError, Exported, Exporter};
use crate::exporters::compression::{CompressionParams, Compressor};
use crate::exporters::grpc::{self, Connection, Message};
use crate::exporters::headers::HeaderValues;
use crate::exporters::otlp::Config;
use crate::payload::Payload;

const POST_SPANS: &str = "/jaeger.api_v2.CollectorService/PostSpans";

/// See [the module](super).
#[derive(Debug)]
pub(super) struct JaegerExporter {
    endpoint: String,
    connection: Connection,
    headers: HeaderMap,
    secrets: HeaderValues,
    auth: ClientAuth,
    compressor: Compressor,
}

impl JaegerExporter {
    pub(super) fn new(config: &Config, context: &Context) -> Result<Self, BuildError> {
        Ok(Self {
            endpoint: config.endpoint.clone(),
            connection: Connection::new(config.target(), &config.tls, config.pings())?,
            headers: config.headers.to_map(),
            secrets: config.headers.values(),
            auth: Auth::client(config.auth.as_ref(), context),
            compressor: Compressor::new(config.compression, CompressionParams::default()),
        })
    }

    async fn attempt(&self, payload: Payload) -> Result<Exported, ExportError> {
        let written = translate::request(payload.chunks());
        // Nothing of it is needed while the destination makes up its mind.
        drop(payload);
        let Written { request, rejected } = written.map_err(|error| ExportError::Refused {
            message: error.to_string(),
        })?;
        if !request.is_empty() {
            self.call(request.into()).await?;
        }
        let message = match rejected {
            0 => String::new(),
            _ => "spans whose ids are not valid cannot be sent to Jaeger".to_owned(),
        };
        Ok(Exported {
            rejected,
            message,
            sampled_out: 0,
        })
    }

    async fn call(&self, request: Bytes) -> Result<(), ExportError> {
        let message = Message {
            encoding: self.compressor.encoding(),
            chunks: self.compressor.compress(&[request]).await,
        };
        let headers = self.auth.with(&self.headers)?;
        let attempt = self.connection.attempt();
        let answer = grpc::call(attempt.channel(), POST_SPANS, &headers, message).await;
        attempt.answered();
        match answer {
            Ok(_) => Ok(()),
            Err(status) => Err(grpc::error(&self.endpoint, &status)),
        }
    }
}

impl Exporter for JaegerExporter {
    fn export(&self, payload: Payload) -> BoxFuture<'_, Result<Exported, ExportError>> {
        Box::pin(async move {
            self.auth
                .hide(self.secrets.hide(self.attempt(payload).await))
        })
    }
}
