//! The layer that traces a server.

use std::sync::Arc;

use campanile_propagation::Propagator;
use opentelemetry::trace::{Tracer, TracerProvider};
use tower_layer::Layer;

use crate::server::service::ServerService;
use crate::telemetry::Telemetry;

/// Traces the requests that a server receives.
///
/// Works around any `Service<http::Request<_>>`: an axum `Router`, a hyper service, a tonic server.
/// gRPC is told from HTTP by the content type of each request. A request that another
/// `ServerLayer` traces already is passed on; only its route is noted.
///
/// Where it comes from, unless told otherwise:
///
/// - the tracer: the global tracer provider at the time of the first request, so that the layer
///   may be built before the provider is installed;
/// - the propagator: [`Propagator::from_env`], at the time of the first request.
///
/// Clones share what was resolved.
#[derive(Clone, Debug, Default)]
#[must_use = "a layer does nothing until it is applied"]
pub struct ServerLayer {
    telemetry: Arc<Telemetry>,
}

impl ServerLayer {
    /// A layer over the global tracer provider and the propagators of the environment.
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

    /// Reads headers with `propagator` instead of the one that the environment names.
    pub fn with_propagator(mut self, propagator: Propagator) -> Self {
        Arc::make_mut(&mut self.telemetry).set_propagator(propagator);
        self
    }
}

impl<S> Layer<S> for ServerLayer {
    type Service = ServerService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ServerService::new(inner, Arc::clone(&self.telemetry))
    }
}
