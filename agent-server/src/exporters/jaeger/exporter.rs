//! Makes the calls.

use std::time::Duration;

use campanile_wire::grpc::BytesCodec;
use futures_util::future::BoxFuture;
use http::uri::PathAndQuery;
use tonic::client::Grpc;
use tonic::codec::CompressionEncoding;
use tonic::metadata::MetadataMap;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};

use super::config::Config;
use super::translate::{self, Written};
use crate::component::{BuildError, ExportError, Exported, Exporter};
use crate::exporters::answer::MAX_ANSWER;
use crate::exporters::compression::Compression;
use crate::exporters::grpc::{self, Connection, Pings};
use crate::payload::Payload;

const POST_SPANS: &str = "/jaeger.api_v2.CollectorService/PostSpans";

/// A connection may be dead long before the system says so.
const PINGS: Pings = Pings {
    interval: Duration::from_secs(20),
    timeout: Duration::from_secs(5),
    while_idle: false,
};

/// See [the module](super).
#[derive(Debug)]
pub(super) struct JaegerExporter {
    endpoint: String,
    connection: Connection,
    metadata: MetadataMap,
    compression: Compression,
}

impl JaegerExporter {
    pub(super) fn new(config: &Config) -> Result<Self, BuildError> {
        Ok(Self {
            endpoint: config.endpoint.clone(),
            connection: Connection::new(config.target(), &config.tls, Some(PINGS))?,
            metadata: MetadataMap::from_headers(config.headers.to_map()),
            compression: config.compression,
        })
    }

    async fn attempt(&self, payload: Payload) -> Result<Exported, ExportError> {
        let Written { request, rejected } =
            translate::request(payload.chunks()).map_err(|error| ExportError::Refused {
                message: error.to_string(),
            })?;
        // Nothing of it is needed while the destination makes up its mind.
        drop(payload);
        if !request.is_empty() {
            let attempt = self.connection.attempt();
            let answer = self.call(attempt.channel(), request).await;
            attempt.answered();
            answer.map_err(|status| self.error(&status))?;
        }
        let message = match rejected {
            0 => String::new(),
            _ => "spans whose ids are not valid cannot be sent to Jaeger".to_owned(),
        };
        Ok(Exported { rejected, message })
    }

    async fn call(&self, channel: Channel, request: Vec<u8>) -> Result<(), Status> {
        let mut client = Grpc::new(channel)
            .accept_compressed(CompressionEncoding::Gzip)
            .max_decoding_message_size(MAX_ANSWER);
        if self.compression == Compression::Gzip {
            client = client.send_compressed(CompressionEncoding::Gzip);
        }
        let mut request = Request::new(request.into());
        *request.metadata_mut() = self.metadata.clone();
        let ready = client.ready().await;
        ready.map_err(|error| Status::from_error(error.into()))?;
        let path = PathAndQuery::from_static(POST_SPANS);
        client.unary(request, path, BytesCodec).await.map(drop)
    }

    fn error(&self, status: &Status) -> ExportError {
        let error = grpc::error(&self.endpoint, status);
        match error {
            // The library says so of an answer that is too large: the spans have arrived.
            ExportError::Retryable { message, .. } if status.code() == Code::OutOfRange => {
                ExportError::Permanent { message }
            }
            error => error,
        }
    }
}

impl Exporter for JaegerExporter {
    fn export(&self, payload: Payload) -> BoxFuture<'_, Result<Exported, ExportError>> {
        Box::pin(self.attempt(payload))
    }
}
