//! A real server for the tests of exporters.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::component::{Context, Delivery, Entry, Exporter, Factory, Shared, Tasks};
use crate::serve;

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// A destination on the loopback interface that answers as it is told, and keeps what it got.
pub(super) struct Backend {
    pub(super) address: SocketAddr,
    received: mpsc::UnboundedReceiver<Received>,
    tasks: Tasks,
}

impl Backend {
    pub(super) async fn start(
        answer: impl Fn() -> Response + Clone + Send + Sync + 'static,
    ) -> Self {
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
        let endpoint = crate::config::Endpoint::loopback(0);
        let context = context("backend");
        let listener = serve::bind(&endpoint, "endpoint", &context).await;
        let listener = listener.expect("port 0 is free");
        let (address, tasks) = (listener.address(), Tasks::default());
        serve::http(listener, router, &tasks);
        Self {
            address,
            received,
            tasks,
        }
    }

    /// The next request that arrived.
    pub(super) fn received(&mut self) -> Received {
        self.received.try_recv().expect("a request has arrived")
    }

    pub(super) async fn stop(self) {
        self.tasks.stop().await;
    }
}

/// Builds the exporter that `config` describes, as the agent does.
pub(super) fn build<F: Factory<Component = Delivery>>(config: &Value) -> Delivery {
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
pub(super) fn wrong<F: Factory<Component = Delivery>>(config: &Value) -> Vec<String> {
    match Entry::of::<F>().configure(config) {
        Ok(_) => Vec::new(),
        Err(wrong) => wrong.into_iter().map(|invalid| invalid.key).collect(),
    }
}

/// An address that nobody listens on.
pub(super) async fn refused() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    listener
        .and_then(|listener| listener.local_addr())
        .expect("port 0 is free")
}

/// An answer with a body.
pub(super) fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Body>) -> Response {
    let builder = http::Response::builder().status(status);
    let builder = headers.iter().fold(builder, |builder, (name, value)| {
        builder.header(*name, *value)
    });
    builder.body(body.into()).expect("a valid answer")
}

/// Undoes gzip.
pub(super) fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut decoder = flate2::read::GzDecoder::new(bytes);
    std::io::Read::read_to_end(&mut decoder, &mut out).expect("gzip");
    out
}

/// Makes one attempt.
pub(super) async fn attempt(
    exporter: &dyn Exporter,
    payload: crate::payload::Payload,
) -> Result<crate::component::Exported, crate::component::ExportError> {
    let attempt = exporter.export(payload);
    tokio::time::timeout(std::time::Duration::from_secs(20), attempt)
        .await
        .expect("an answer before the deadline")
}
