//! A real server, and exporters that are built and used as the agent does.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use bytes::{BufMut as _, Bytes, BytesMut};
use http::{HeaderMap, HeaderValue};
use http_body_util::{BodyExt as _, Full};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Identity, Server, ServerTlsConfig};

use crate::component::{Context, Delivery, Entry, Exporter, Factory, Shared, Tasks};
use crate::config::ListenAddress;
use crate::serve::{self, Settings};

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// A destination on the loopback interface that answers as it is told, and keeps what it got.
pub(crate) struct Backend {
    pub(crate) address: SocketAddr,
    received: mpsc::UnboundedReceiver<Received>,
    tasks: Tasks,
}

impl Backend {
    /// Starts one without TLS.
    pub(crate) async fn start(
        answer: impl Fn() -> Response + Clone + Send + Sync + 'static,
    ) -> Self {
        Self::start_with(ListenAddress::loopback(0), Settings::default(), answer).await
    }

    /// Starts one at `endpoint`, with TLS or other limits. That of a Unix socket has no address.
    pub(crate) async fn start_with(
        endpoint: ListenAddress,
        settings: Settings,
        answer: impl Fn() -> Response + Clone + Send + Sync + 'static,
    ) -> Self {
        let (router, received) = router(answer);
        let context = context("backend");
        let listener = serve::bind(endpoint, "endpoint", &context).await;
        let listener = listener.expect("it can be bound");
        let nowhere = SocketAddr::from(([0; 4], 0));
        let address = listener.address().inet().unwrap_or(nowhere);
        let tasks = Tasks::default();
        serve::http_with(listener, router, settings, &tasks);
        Self {
            address,
            received,
            tasks,
        }
    }

    /// Starts one with TLS, whose certificate is for `localhost` and `collector.test`.
    pub(crate) async fn start_tls(
        answer: impl Fn() -> Response + Clone + Send + Sync + 'static,
    ) -> Self {
        let (router, received) = router(answer);
        let read = |name| std::fs::read(vector(name)).expect("a vector");
        let identity = Identity::from_pem(read("server.pem"), read("server.key"));
        let server = Server::builder().accept_http1(true);
        let server = server.tls_config(ServerTlsConfig::new().identity(identity));
        let server = server.expect("a certificate").add_routes(router.into());
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("port 0 is free");
        let address = listener.local_addr().expect("bound");
        let tasks = Tasks::default();
        let stop = tasks.token().clone().cancelled_owned();
        tasks.spawn(async move {
            let served = server.serve_with_incoming_shutdown(TcpIncoming::from(listener), stop);
            served.await.expect("serving does not fail");
        });
        Self {
            address,
            received,
            tasks,
        }
    }

    /// The next request that arrived.
    pub(crate) fn received(&mut self) -> Received {
        self.received.try_recv().expect("a request has arrived")
    }

    pub(crate) async fn stop(self) {
        self.tasks.stop().await;
    }
}

/// Keeps what arrives and answers as told.
fn router(
    answer: impl Fn() -> Response + Clone + Send + Sync + 'static,
) -> (Router, mpsc::UnboundedReceiver<Received>) {
    let (sender, received) = mpsc::unbounded_channel();
    let router = Router::new().fallback(move |request: Request| {
        let (sender, answer) = (sender.clone(), answer.clone());
        async move {
            let (parts, body) = request.into_parts();
            let body = to_bytes(body, usize::MAX).await.expect("a whole body");
            let received = Received {
                path: parts.uri.path().to_owned(),
                headers: parts.headers,
                body,
            };
            sender.send(received).expect("the test still runs");
            answer()
        }
    });
    (router, received)
}

/// The path of a file for tests of TLS.
pub(crate) fn vector(name: &str) -> String {
    format!("{}/../tests/vectors/tls/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Builds the exporter that `config` describes, as the agent does.
pub(crate) fn build<F: Factory<Component = Delivery>>(config: &Value) -> Delivery {
    let configured = Entry::of::<F>().configure(config).expect("valid");
    configured.build(context(F::TYPE)).expect("can be built")
}

fn context(id: &str) -> Context {
    Context {
        id: id.parse().expect("an id"),
        shared: Shared::default(),
    }
}

/// The keys that are wrong in `config`.
pub(crate) fn wrong<F: Factory<Component = Delivery>>(config: &Value) -> Vec<String> {
    match Entry::of::<F>().configure(config) {
        Ok(_) => Vec::new(),
        Err(wrong) => wrong.into_iter().map(|invalid| invalid.key).collect(),
    }
}

/// An address that nobody listens on.
pub(crate) async fn refused() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await;
    listener
        .and_then(|listener| listener.local_addr())
        .expect("port 0 is free")
}

/// An answer with a body.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Body>) -> Response {
    let builder = http::Response::builder().status(status);
    let builder = headers.iter().fold(builder, |builder, (name, value)| {
        builder.header(*name, *value)
    });
    builder.body(body.into()).expect("a valid answer")
}

/// Undoes gzip.
pub(crate) fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut decoder = flate2::read::GzDecoder::new(bytes);
    std::io::Read::read_to_end(&mut decoder, &mut out).expect("gzip");
    out
}

/// Makes one attempt.
pub(crate) async fn attempt(
    exporter: &dyn Exporter,
    payload: crate::payload::Payload,
) -> Result<crate::component::Exported, crate::component::ExportError> {
    let attempt = exporter.export(payload);
    tokio::time::timeout(std::time::Duration::from_secs(20), attempt)
        .await
        .expect("an answer before the deadline")
}

/// A successful answer over gRPC that holds `message`.
pub(crate) fn grpc_ok(message: &[u8]) -> Response {
    let mut frame = BytesMut::new();
    frame.put_u8(0);
    frame.put_u32(u32::try_from(message.len()).expect("a short message"));
    frame.put_slice(message);
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static("0"));
    let body = Full::new(frame.freeze());
    let body = body.with_trailers(std::future::ready(Some(Ok(trailers))));
    Response::builder()
        .header("content-type", "application/grpc")
        .body(Body::new(body))
        .expect("a valid answer")
}
