//! Makes the calls.

use campanile_wire::otlp::response;
use futures_util::future::BoxFuture;
use http::HeaderMap;
use tonic::Status;
use tonic::transport::Channel;

use super::config::Config;
use super::unary::{self, Message};
use crate::component::{BuildError, ExportError, Exported, Exporter};
use crate::exporters::answer::exported;
use crate::exporters::compression::{Compression, gzip_chunks};
use crate::exporters::grpc::{self, Connection};
use crate::payload::Payload;

/// See [the module](super).
#[derive(Debug)]
pub(super) struct OtlpExporter {
    endpoint: String,
    connection: Connection,
    headers: HeaderMap,
    compression: Compression,
}

impl OtlpExporter {
    pub(super) fn new(config: &Config) -> Result<Self, BuildError> {
        Ok(Self {
            endpoint: config.endpoint.clone(),
            connection: Connection::new(config.target(), &config.tls, None)?,
            headers: config.headers.to_map(),
            compression: config.compression,
        })
    }

    async fn call(&self, channel: Channel, payload: Payload) -> Result<Exported, Status> {
        let message = self.message(&payload).await;
        let path = payload.signal().grpc_path();
        let answer = unary::call(channel, path, &self.headers, message).await?;
        Ok(exported(response::decode(&answer)))
    }

    async fn message(&self, payload: &Payload) -> Message {
        match self.compression {
            Compression::Gzip => Message {
                encoding: Some("gzip"),
                chunks: vec![gzip_chunks(payload.chunks()).await],
            },
            Compression::None => Message {
                encoding: None,
                chunks: payload.chunks().to_vec(),
            },
        }
    }
}

impl Exporter for OtlpExporter {
    fn export(&self, payload: Payload) -> BoxFuture<'_, Result<Exported, ExportError>> {
        Box::pin(async move {
            let attempt = self.connection.attempt();
            let answer = self.call(attempt.channel(), payload).await;
            attempt.answered();
            answer.map_err(|error| grpc::error(&self.endpoint, &error))
        })
    }
}
