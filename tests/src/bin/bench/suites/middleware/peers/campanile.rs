//! Ours.

use campanile_middleware::filter::{not, path_prefix};
use campanile_middleware::{AxumBody, ClientLayer, ServerLayer, TraceMiddleware};
use campanile_propagation::Propagator;
use campanile_propagation::formats::{Format, w3c};
use opentelemetry_sdk::metrics::{ManualReader, SdkMeterProvider};

use crate::suites::OURS;
use crate::suites::middleware::scene::Scene;

/// How its rows are named.
pub(in super::super) const SUBJECT: &str = OURS;

/// [`ServerLayer`] over the provider of the scene.
pub(in super::super) fn server(scene: &mut Scene) -> ServerLayer {
    let layer = ServerLayer::new().with_propagator(trace_context());
    match scene.provider() {
        Some(provider) => layer.with_tracer_provider(provider),
        None => layer,
    }
}

/// [`ClientLayer`] over the provider of the scene.
pub(in super::super) fn client(scene: &mut Scene) -> ClientLayer {
    let layer = ClientLayer::new().with_propagator(trace_context());
    match scene.provider() {
        Some(provider) => layer.with_tracer_provider(provider),
        None => layer,
    }
}

/// [`TraceMiddleware`] over the provider of the scene.
pub(in super::super) fn middleware(scene: &mut Scene) -> TraceMiddleware {
    client(scene).into_middleware()
}

/// [`ServerLayer`] whose filter refuses the request, with axum's own body.
pub(in super::super) fn filtered(scene: &mut Scene) -> ServerLayer<AxumBody> {
    unlike(server(scene)).for_axum()
}

/// [`ServerLayer`] whose filter refuses the request, and whose body axum has to box.
pub(in super::super) fn filtered_any(scene: &mut Scene) -> ServerLayer {
    unlike(server(scene))
}

/// [`ServerLayer`] that measures too.
pub(in super::super) fn server_with_metrics(scene: &mut Scene) -> ServerLayer {
    let reader = ManualReader::builder().build();
    let meters = SdkMeterProvider::builder().with_reader(reader).build();
    server(scene).with_meter_provider(&meters)
}

/// The layer without what the request asks for.
fn unlike(layer: ServerLayer) -> ServerLayer {
    layer.with_filter(not(path_prefix("/users/")))
}

/// What the others read and write too.
fn trace_context() -> Propagator {
    Propagator::from_formats([&w3c::TraceContext as &dyn Format])
}
