//! The layer that traces a client.

use std::sync::Arc;

use campanile_propagation::Propagator;
use http::Uri;
use opentelemetry::trace::{Tracer, TracerProvider};
use tower_layer::Layer;

use crate::client::service::ClientService;
use crate::telemetry::Telemetry;

/// Traces the requests that a client sends.
///
/// Works around any `Service<http::Request<_>>`: a hyper-util client, a tonic `Channel`. The parent
/// of the span is [`opentelemetry::Context::current`] at the time of `call`; the span's own context
/// goes into the headers, in the place of whatever they said before.
///
/// Tracer and propagator are resolved as those of [`ServerLayer`](crate::ServerLayer) are.
#[derive(Clone, Debug, Default)]
#[must_use = "a layer does nothing until it is applied"]
pub struct ClientLayer {
    settings: Arc<ClientSettings>,
}

/// What the service needs to know.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClientSettings {
    pub(crate) telemetry: Telemetry,
    pub(crate) origin: Option<Uri>,
}

impl ClientLayer {
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
        self.settings_mut().telemetry.set_tracer_provider(provider);
        self
    }

    /// Writes headers with `propagator` instead of the one that the environment names.
    pub fn with_propagator(mut self, propagator: Propagator) -> Self {
        self.settings_mut().telemetry.set_propagator(propagator);
        self
    }

    /// Says where requests go whose URI has no host.
    ///
    /// A tonic channel adds the host below this layer, so without this its spans have no
    /// `server.address`.
    pub fn with_origin(mut self, origin: Uri) -> Self {
        self.settings_mut().origin = Some(origin);
        self
    }

    fn settings_mut(&mut self) -> &mut ClientSettings {
        Arc::make_mut(&mut self.settings)
    }
}

impl<S> Layer<S> for ClientLayer {
    type Service = ClientService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ClientService::new(inner, Arc::clone(&self.settings))
    }
}
