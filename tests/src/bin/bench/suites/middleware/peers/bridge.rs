//! From `tracing` to OpenTelemetry, for the layers made of `tracing` spans.

use opentelemetry::trace::TracerProvider as _;

use crate::suites::middleware::scene::Scene;

/// Makes tracing-opentelemetry over the provider of the scene the subscriber of this thread.
pub(super) fn install(scene: &mut Scene) {
    let tracer = scene.provider().map(|provider| provider.tracer("bench"));
    match tracer {
        Some(tracer) => scene.subscribe(tracing_opentelemetry::layer().with_tracer(tracer)),
        None => scene.subscribe(tracing_opentelemetry::layer()),
    }
}
