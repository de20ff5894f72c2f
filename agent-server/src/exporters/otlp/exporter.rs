//! Makes the calls.

use campanile_wire::grpc::BytesCodec;
use campanile_wire::otlp::response;
use futures_util::future::BoxFuture;
use http::uri::PathAndQuery;
use tonic::client::Grpc;
use tonic::codec::CompressionEncoding;
use tonic::metadata::MetadataMap;
use tonic::transport::Channel;
use tonic::{Request, Status};

use super::config::Config;
use super::connection::Connection;
use super::status;
use crate::component::{BuildError, ExportError, Exported, Exporter};
use crate::exporters::answer::{MAX_ANSWER, exported};
use crate::exporters::compression::Compression;
use crate::payload::Payload;

/// See [the module](super).
#[derive(Debug)]
pub(super) struct OtlpExporter {
    endpoint: String,
    connection: Connection,
    metadata: MetadataMap,
    compression: Compression,
}

impl OtlpExporter {
    pub(super) fn new(config: &Config) -> Result<Self, BuildError> {
        Ok(Self {
            endpoint: config.endpoint.clone(),
            connection: Connection::new(config)?,
            metadata: MetadataMap::from_headers(config.headers.to_map()),
            compression: config.compression,
        })
    }

    async fn call(&self, channel: Channel, payload: Payload) -> Result<Exported, Status> {
        let mut client = Grpc::new(channel)
            .accept_compressed(CompressionEncoding::Gzip)
            .max_decoding_message_size(MAX_ANSWER);
        if self.compression == Compression::Gzip {
            client = client.send_compressed(CompressionEncoding::Gzip);
        }
        let mut request = Request::new(payload.bytes().clone());
        *request.metadata_mut() = self.metadata.clone();
        let path = PathAndQuery::from_static(payload.signal().grpc_path());
        let ready = client.ready().await;
        ready.map_err(|error| Status::from_error(error.into()))?;
        let answer = client.unary(request, path, BytesCodec).await?;
        Ok(exported(response::decode(answer.get_ref())))
    }
}

impl Exporter for OtlpExporter {
    fn export(&self, payload: Payload) -> BoxFuture<'_, Result<Exported, ExportError>> {
        Box::pin(async move {
            let attempt = self.connection.attempt();
            let answer = self.call(attempt.channel(), payload).await;
            attempt.answered();
            answer.map_err(|error| status::error(&self.endpoint, &error))
        })
    }
}
