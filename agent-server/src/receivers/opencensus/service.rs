//! What every request needs, and the methods of the protocol.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use campanile_wire::grpc::BytesCodec;
use campanile_wire::otlp::Signal;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use http::Request;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_stream::wrappers::ReceiverStream;
use tonic::codec::CompressionEncoding;
use tonic::server::Grpc;
use tonic::{Status, Streaming};
use tower::service_fn;

use super::configure::Configure;
use super::gateway;
use super::handover::Handover;
use super::nodes::Nodes;
use super::punctual::Punctual;
use super::sender::Sender;
use super::stream::{Export, stopping};
use crate::admission::Lease;
use crate::component::{ComponentId, Tasks};
use crate::control::{Clients, Policy};
use crate::ops::{Counter, Gauge};
use crate::receivers::counters::{Invalid, Items};
use crate::receivers::grpc;
use crate::receivers::intake::Intake;
use crate::receivers::peer;

const TRACE_EXPORT: &str = "/opencensus.proto.agent.trace.v1.TraceService/Export";
const TRACE_CONFIG: &str = "/opencensus.proto.agent.trace.v1.TraceService/Config";
const METRICS_EXPORT: &str = "/opencensus.proto.agent.metrics.v1.MetricsService/Export";

/// What every request needs. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Service {
    /// The pipeline of metrics, over gRPC.
    pub(super) metrics: Option<Handover>,
    /// The pipeline of traces, over gRPC.
    pub(super) traces: Option<Handover>,
    /// Both pipelines, over HTTP.
    pub(super) http: Intake,
    /// Spans that came over HTTP and were not valid.
    pub(super) refused_over_http: Items,
    /// What libraries are told, and who listens.
    pub(super) config: Configuring,
    /// Where bad input is counted.
    pub(super) invalid: Arc<Invalid>,
    /// The largest message in bytes.
    pub(super) limit: usize,
    /// Who is connected.
    pub(super) nodes: Nodes,
    /// Whether a node must carry an identifier.
    pub(super) require_identifier: bool,
    /// Where streams are served.
    pub(super) tasks: Tasks,
}

/// The part of the service that answers `Config` streams.
#[derive(Clone, Debug)]
pub(super) struct Configuring {
    /// The receiver.
    pub(super) id: ComponentId,
    /// The table of those who listen.
    pub(super) clients: Clients,
    /// What they are told.
    pub(super) policy: watch::Receiver<Policy>,
    /// Open streams.
    pub(super) streams: Gauge,
    /// Answers sent.
    pub(super) updates: Counter,
}

/// Answers a request.
pub(super) async fn handle(State(service): State<Service>, request: Request<Body>) -> Response {
    if !grpc::is_grpc(request.headers()) {
        return gateway::handle(&service, request).await;
    }
    if grpc::foreign_encoding(request.headers()) {
        service.invalid.count("encoding", 1);
    }
    match request.uri().path() {
        TRACE_EXPORT if service.traces.is_none() => {
            grpc::unimplemented("no pipeline takes traces from this receiver")
        }
        TRACE_EXPORT => service.export(request, Signal::Traces).await,
        METRICS_EXPORT => service.export(request, Signal::Metrics).await,
        TRACE_CONFIG => service.configure(request).await,
        path => grpc::unimplemented(format!("there is no method {path}")),
    }
}

impl Service {
    /// Answers with headers at once, before anything is read: clients wait for them. The stream is
    /// read in a task of its own, so that what has arrived is still taken when the connection is
    /// cut, and whether or not the client reads the answer.
    async fn export(self, request: Request<Body>, signal: Signal) -> Response {
        let handover = match signal {
            Signal::Metrics => &self.metrics,
            _ => &self.traces,
        };
        let peer = peer(&request);
        let handover = handover.as_ref().map(|handover| handover.of_peer(peer));
        let respond = |messages| {
            let export = Export {
                messages,
                sender: Sender::new(self.require_identifier),
                presence: self.nodes.open(),
                signal,
                handover: handover.clone(),
                invalid: Arc::clone(&self.invalid),
                stop: self.tasks.token().clone(),
            };
            let (done, outcome) = oneshot::channel();
            self.tasks.spawn(async move {
                // The client may be gone; the outcome is then nobody's.
                let _ = done.send(export.serve().await);
            });
            answer(outcome)
        };
        self.streaming(request, respond).await
    }

    /// The same for the stream that has answers.
    async fn configure(self, request: Request<Body>) -> Response {
        let respond = |messages| {
            let (answers, told) = mpsc::channel(1);
            let configure = Configure {
                messages,
                answers,
                sender: Sender::new(self.require_identifier),
                policy: self.config.policy.clone(),
                listener: self.config.clients.open(&self.config.id),
                updates: self.config.updates.clone(),
                invalid: Arc::clone(&self.invalid),
                stop: self.tasks.token().clone(),
            };
            self.tasks
                .spawn(configure.serve(self.config.streams.clone()));
            ReceiverStream::new(told).boxed()
        };
        self.streaming(request, respond).await
    }

    async fn streaming(
        &self,
        request: Request<Body>,
        respond: impl Fn(Streaming<Bytes>) -> Answers + Sync,
    ) -> Response {
        let respond = service_fn(|request: tonic::Request<Streaming<Bytes>>| {
            let answers = respond(request.into_inner());
            std::future::ready(Ok(tonic::Response::new(answers)))
        });
        let lease = request.extensions().get().map(Lease::another);
        let request = request.map(|body| Body::new(Punctual::new(body, lease)));
        let mut server = Grpc::new(BytesCodec)
            .accept_compressed(CompressionEncoding::Gzip)
            .max_decoding_message_size(self.limit);
        server.streaming(respond, request).await.into_response()
    }
}

/// What a stream is told.
type Answers = BoxStream<'static, Result<Bytes, Status>>;

/// The answer to an `Export` stream: no message ever, and the status at the end.
fn answer(outcome: oneshot::Receiver<Result<(), Status>>) -> Answers {
    let end = |outcome: Result<Result<(), Status>, _>| {
        let failed = outcome.unwrap_or_else(|_| Err(stopping())).err();
        std::future::ready(failed.map(Err))
    };
    stream::once(outcome).filter_map(end).boxed()
}
