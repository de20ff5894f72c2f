//! The socket and the routes.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use campanile_wire::grpc::BytesCodec;
use campanile_wire::otlp::Signal;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use http::Request;
use tokio::sync::oneshot;
use tonic::codec::CompressionEncoding;
use tonic::server::Grpc;
use tonic::{Status, Streaming};
use tower::service_fn;

use super::config::Config;
use super::handover::{Handover, PATIENCE};
use super::metrics;
use super::nodes::Nodes;
use super::sender::Sender;
use super::stream::{self as export, Export, stopping};
use crate::component::{Context, Intakes, Receiver, StartError, Tasks};
use crate::receivers::counters::{Invalid, Items};
use crate::receivers::grpc;
use crate::serve;

const TRACE_EXPORT: &str = "/opencensus.proto.agent.trace.v1.TraceService/Export";
const TRACE_CONFIG: &str = "/opencensus.proto.agent.trace.v1.TraceService/Config";
const METRICS_EXPORT: &str = "/opencensus.proto.agent.metrics.v1.MetricsService/Export";

/// The receiver, configured.
#[derive(Debug)]
pub(super) struct OpenCensusReceiver {
    config: Config,
    context: Context,
    patience: Duration,
}

impl OpenCensusReceiver {
    /// A receiver that listens once it is started.
    pub(super) fn new(config: Config, context: Context) -> Self {
        Self {
            config,
            context,
            patience: PATIENCE,
        }
    }

    /// The same with another patience than [`PATIENCE`].
    #[cfg(test)]
    pub(super) fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    fn service(&self, intakes: &Intakes, tasks: &Tasks) -> Service {
        let reasons = [
            &grpc::REASONS[..],
            &export::REASONS[..],
            &["encoding", metrics::REASON][..],
        ];
        let handover = intakes.traces.as_ref().map(|consumer| Handover {
            consumer: Arc::clone(consumer),
            items: Items::new(&self.context, "grpc", Signal::Traces),
            patience: self.patience,
            stop: tasks.token().clone(),
        });
        Service {
            handover,
            invalid: Arc::new(Invalid::new(&self.context, &reasons.concat())),
            limit: grpc::message_limit(self.config.max_recv_msg_size_mib),
            nodes: Nodes::new(&self.context),
            require_identifier: self.config.require_identifier,
            tasks: tasks.clone(),
        }
    }
}

impl Receiver for OpenCensusReceiver {
    fn start(
        self: Box<Self>,
        intakes: Intakes,
        tasks: Tasks,
    ) -> BoxFuture<'static, Result<(), StartError>> {
        Box::pin(async move {
            let listener = serve::bind(&self.config.endpoint, "endpoint", &self.context).await?;
            let service = self.service(&intakes, &tasks);
            let router = Router::new().fallback(handle).with_state(service);
            let settings = grpc::settings(self.config.max_concurrent_streams);
            serve::http_with(listener, router, settings, &tasks);
            Ok(())
        })
    }
}

/// What every request needs. Cheap to clone.
#[derive(Clone, Debug)]
struct Service {
    handover: Option<Handover>,
    invalid: Arc<Invalid>,
    limit: usize,
    nodes: Nodes,
    require_identifier: bool,
    tasks: Tasks,
}

async fn handle(State(service): State<Service>, request: Request<Body>) -> Response {
    if !grpc::is_grpc(request.headers()) {
        return grpc::not_grpc(
            "this port speaks gRPC; OpenCensus over HTTP with JSON is not supported yet\n",
        );
    }
    if grpc::foreign_encoding(request.headers()) {
        service.invalid.count("encoding", 1);
    }
    match (request.uri().path(), service.handover.clone()) {
        (TRACE_EXPORT, Some(handover)) => service.trace(request, handover).await,
        (TRACE_EXPORT, None) => grpc::unimplemented("no pipeline takes traces from this receiver"),
        (METRICS_EXPORT, _) => service.metrics(request).await,
        (TRACE_CONFIG, _) => grpc::unimplemented(
            "this agent does not send trace configuration yet; sample as configured locally",
        ),
        (path, _) => grpc::unimplemented(format!("there is no method {path}")),
    }
}

impl Service {
    async fn trace(self, request: Request<Body>, handover: Handover) -> Response {
        self.clone()
            .streaming(request, move |messages| {
                let export = Export {
                    messages,
                    sender: Sender::new(self.require_identifier),
                    presence: self.nodes.open(),
                    handover: handover.clone(),
                    invalid: Arc::clone(&self.invalid),
                };
                export.serve()
            })
            .await
    }

    async fn metrics(self, request: Request<Body>) -> Response {
        self.clone()
            .streaming(request, move |messages| {
                let stop = self.tasks.token().clone();
                metrics::drain(messages, stop, Arc::clone(&self.invalid))
            })
            .await
    }

    /// Answers with headers at once, before anything is read: clients wait for them. The stream is
    /// read in a task of its own, so that what has arrived is still taken when the connection is
    /// cut, and whether or not the client reads the answer.
    async fn streaming<F>(
        self,
        request: Request<Body>,
        serve: impl Fn(Streaming<Bytes>) -> F + Sync,
    ) -> Response
    where
        F: Future<Output = Result<(), Status>> + Send + 'static,
    {
        let respond = service_fn(|request: tonic::Request<Streaming<Bytes>>| {
            let (done, outcome) = oneshot::channel();
            let serving = serve(request.into_inner());
            self.tasks.spawn(async move {
                // The client may be gone; the outcome is then nobody's.
                let _ = done.send(serving.await);
            });
            std::future::ready(Ok(tonic::Response::new(answer(outcome))))
        });
        let mut server = Grpc::new(BytesCodec)
            .accept_compressed(CompressionEncoding::Gzip)
            .max_decoding_message_size(self.limit);
        server.streaming(respond, request).await.into_response()
    }
}

/// The response stream: no message ever, and the status at the end.
fn answer(
    outcome: oneshot::Receiver<Result<(), Status>>,
) -> BoxStream<'static, Result<Bytes, Status>> {
    let end = |outcome: Result<Result<(), Status>, _>| {
        let failed = outcome.unwrap_or_else(|_| Err(stopping())).err();
        std::future::ready(failed.map(Err))
    };
    stream::once(outcome).filter_map(end).boxed()
}
