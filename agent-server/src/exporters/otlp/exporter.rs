//! Makes the calls.

use campanile_wire::otlp::response;
use futures_util::future::BoxFuture;
use http::HeaderMap;
use tonic::Status;
use tonic::transport::Channel;

use super::config::Config;
use crate::auth::{Auth, ClientAuth};
use crate::component::{BuildError, Context, ExportError, Exported, Exporter};
use crate::exporters::answer::exported;
use crate::exporters::compression::{CompressionParams, Compressor};
use crate::exporters::grpc::{self, Connection, Message};
use crate::exporters::headers::HeaderValues;
use crate::payload::Payload;

/// See [the module](super).
#[derive(Debug)]
pub(super) struct OtlpExporter {
    endpoint: String,
    connection: Connection,
    headers: HeaderMap,
    secrets: HeaderValues,
    auth: ClientAuth,
    compressor: Compressor,
}

impl OtlpExporter {
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

    async fn call(
        &self,
        channel: Channel,
        headers: &HeaderMap,
        payload: Payload,
    ) -> Result<Exported, Status> {
        let message = self.message(&payload).await;
        let path = payload.signal().grpc_path();
        let answer = grpc::call(channel, path, headers, message).await?;
        Ok(exported(response::decode(&answer)))
    }

    async fn message(&self, payload: &Payload) -> Message {
        Message {
            encoding: self.compressor.encoding(),
            chunks: self.compressor.compress(payload.chunks()).await,
        }
    }
}

impl Exporter for OtlpExporter {
    fn export(&self, payload: Payload) -> BoxFuture<'_, Result<Exported, ExportError>> {
        Box::pin(async move {
            let headers = self.auth.with(&self.headers)?;
            let attempt = self.connection.attempt();
            let answer = self.call(attempt.channel(), &headers, payload).await;
            attempt.answered();
            let outcome = answer.map_err(|error| grpc::error(&self.endpoint, &error));
            self.auth.hide(self.secrets.hide(outcome))
        })
    }
}
