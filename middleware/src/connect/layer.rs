//! The layer that traces how connections are made.

use std::sync::Arc;
use std::task::{Context, Poll};

use opentelemetry::trace::{Tracer, TracerProvider};
use tower_layer::Layer;
use tower_service::Service;

use crate::connect::connecting::Connecting;
use crate::connect::future::ConnectFuture;
use crate::telemetry::Telemetry;

/// Gives each connection that a traced request has to wait for a span `connect` of kind INTERNAL:
/// name resolution, TCP and TLS, as far as the connector inside does them.
///
/// Goes around the connector of a client that has a [`ClientLayer`](crate::ClientLayer) around it.
/// The span is a child of the one that is current when the client asks for a connection; a
/// connection that nobody's request waits for has none (tonic's channels connect in a task of their
/// own). While the connection is made the span is the current one. It has `server.address` and
/// `server.port` where the connector is told a [`Uri`](http::Uri), which `reqwest` does not show,
/// and `error.type` where connecting fails. An attempt that the client gives up, because another
/// connection became free first, is no error.
///
/// ```
/// use campanile_middleware::{ClientLayer, ConnectorLayer};
/// use hyper_util::client::legacy::{Client, connect::HttpConnector};
/// use hyper_util::rt::TokioExecutor;
/// use tower::Layer;
///
/// let connector = ConnectorLayer::new().layer(HttpConnector::new());
/// let client: Client<_, String> = Client::builder(TokioExecutor::new()).build(connector);
/// let client = ClientLayer::new().layer(client);
/// # let _ = client;
/// ```
///
/// Of `reqwest`: `reqwest::Client::builder().connector_layer(ConnectorLayer::new())`.
#[derive(Clone, Debug, Default)]
#[must_use = "a layer does nothing until it is applied"]
pub struct ConnectorLayer {
    telemetry: Arc<Telemetry>,
}

impl ConnectorLayer {
    /// A layer over the global provider of the time when the first connection is made.
    pub fn new() -> Self {
        Self::default()
    }

    /// Records with a tracer of `provider` instead of the global one.
    pub fn with_tracer_provider<P>(mut self, provider: &P) -> Self
    where
        P: TracerProvider,
        P::Tracer: Send + Sync + 'static,
        <P::Tracer as Tracer>::Span: Send + Sync + 'static,
    {
        Arc::make_mut(&mut self.telemetry).set_tracer_provider(provider);
        self
    }
}

impl<S> Layer<S> for ConnectorLayer {
    type Service = ConnectorService<S>;

    fn layer(&self, inner: S) -> ConnectorService<S> {
        ConnectorService {
            inner,
            telemetry: Arc::clone(&self.telemetry),
        }
    }
}

/// Connector made by [`ConnectorLayer`].
#[derive(Clone, Debug)]
pub struct ConnectorService<S> {
    inner: S,
    telemetry: Arc<Telemetry>,
}

impl<S, R> Service<R> for ConnectorService<S>
where
    S: Service<R>,
    R: 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ConnectFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, target: R) -> Self::Future {
        let connecting = Connecting::start(&self.telemetry, &target);
        let attached = connecting.as_ref().map(|c| c.context().clone().attach());
        let future = self.inner.call(target);
        drop(attached);
        ConnectFuture::new(future, connecting)
    }
}
