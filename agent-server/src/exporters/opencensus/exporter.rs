//! One attempt: a stream, from its first message to the peer's last word.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use campanile_wire::grpc::BytesCodec;
use campanile_wire::otlp::Signal;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt as _};
use http::HeaderMap;
use http::uri::PathAndQuery;
use tonic::client::Grpc;
use tonic::codec::CompressionEncoding;
use tonic::metadata::MetadataMap;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};

use super::config::Config;
use super::pause::Pause;
use super::translate::messages;
use crate::auth::{Auth, ClientAuth};
use crate::component::{BuildError, Context, ExportError, Exported, Exporter};
use crate::exporters::answer::MAX_ANSWER;
use crate::exporters::compression::Compression;
use crate::exporters::grpc::{self, Connection};
use crate::exporters::headers::HeaderValues;
use crate::payload::Payload;

const TRACES: &str = "/opencensus.proto.agent.trace.v1.TraceService/Export";
const METRICS: &str = "/opencensus.proto.agent.metrics.v1.MetricsService/Export";

/// See [the module](super).
#[derive(Debug)]
pub(super) struct OpenCensusExporter {
    endpoint: String,
    connections: Vec<Connection>,
    next: AtomicUsize,
    headers: HeaderMap,
    secrets: HeaderValues,
    auth: ClientAuth,
    encoding: Option<CompressionEncoding>,
    pause: Pause,
}

impl OpenCensusExporter {
    pub(super) fn new(config: &Config, context: &Context) -> Result<Self, BuildError> {
        let connection = |_| Connection::new(config.target(), &config.tls, config.pings());
        Ok(Self {
            endpoint: config.endpoint.clone(),
            connections: (0..config.num_workers)
                .map(connection)
                .collect::<Result<_, _>>()?,
            next: AtomicUsize::new(0),
            headers: config.headers.to_map(),
            secrets: config.headers.values(),
            auth: Auth::client(config.auth.as_ref(), context),
            encoding: match config.compression {
                Compression::Gzip => Some(CompressionEncoding::Gzip),
                Compression::Zstd => Some(CompressionEncoding::Zstd),
                Compression::None | Compression::Snappy => None,
            },
            pause: Pause::new(config.reconnection_delay.0),
        })
    }

    /// The connections take turns.
    fn connection(&self) -> &Connection {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        &self.connections[next % self.connections.len()]
    }

    async fn stream(
        &self,
        channel: Channel,
        metadata: MetadataMap,
        payload: &Payload,
    ) -> Result<(), Status> {
        let mut client = Grpc::new(channel)
            .accept_compressed(CompressionEncoding::Gzip)
            .max_decoding_message_size(MAX_ANSWER);
        if let Some(encoding) = self.encoding {
            client = client.send_compressed(encoding);
        }
        let (path, messages) = (path(payload.signal()), messages(payload));
        let read = Arc::new(AtomicBool::new(false));
        let mut request = Request::new(until_read(messages, Arc::clone(&read)));
        *request.metadata_mut() = metadata;
        let ready = client.ready().await;
        ready.map_err(|error| Status::from_error(error.into()))?;
        let answers = client.streaming(request, path, BytesCodec).await?;
        let mut answers = answers.into_inner();
        // Nothing is said in them.
        while answers.message().await?.is_some() {}
        if read.load(Ordering::Acquire) {
            Ok(())
        } else {
            let early = "the stream was ended before everything was read";
            Err(Status::unavailable(early))
        }
    }

    fn failed(&self, status: &Status) -> ExportError {
        if std::error::Error::source(status).is_some() {
            self.pause.begin();
        }
        match (grpc::error(&self.endpoint, status), status.code()) {
            // The agents of old report whatever went wrong behind them so.
            (ExportError::Permanent { message }, Code::Unknown) => retryable(message, None),
            (error, _) => error,
        }
    }
}

impl Exporter for OpenCensusExporter {
    fn export(&self, payload: Payload) -> BoxFuture<'_, Result<Exported, ExportError>> {
        Box::pin(async move {
            if let Some(left) = self.pause.left() {
                let message = format!("{}: waiting before the next connection", self.endpoint);
                return Err(retryable(message, Some(left)));
            }
            let headers = self.auth.with(&self.headers)?.into_owned();
            let metadata = MetadataMap::from_headers(headers);
            let attempt = self.connection().attempt();
            let outcome = self.stream(attempt.channel(), metadata, &payload).await;
            attempt.answered();
            let outcome = outcome
                .map(|()| Exported::default())
                .map_err(|status| self.failed(&status));
            self.auth.hide(self.secrets.hide(outcome))
        })
    }
}

fn retryable(message: String, retry_after: Option<Duration>) -> ExportError {
    ExportError::Retryable {
        message,
        retry_after,
    }
}

fn path(signal: Signal) -> PathAndQuery {
    PathAndQuery::from_static(match signal {
        Signal::Metrics => METRICS,
        _ => TRACES,
    })
}

/// The messages, and a note in `read` once somebody has asked for more.
fn until_read(
    messages: Vec<Bytes>,
    read: Arc<AtomicBool>,
) -> impl futures_util::Stream<Item = Bytes> + Send + 'static {
    let end = stream::once(async move {
        read.store(true, Ordering::Release);
        None
    });
    stream::iter(messages.into_iter().map(Some))
        .chain(end)
        .filter_map(std::future::ready)
}
