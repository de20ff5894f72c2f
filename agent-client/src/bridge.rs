//! A `tracing` subscriber in one line (feature `tracing`).

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

use crate::providers::Providers;

/// Libraries whose spans and events are about bytes on a socket: one call has a hundred of them.
const IGNORED: [&str; 6] = ["h2", "hyper", "hyper_util", "rustls", "tonic", "tower"];

/// The layer of [`Guard::tracing_layer`](crate::Guard::tracing_layer).
pub(crate) fn layer<S>(
    providers: &Providers,
    with_logs: bool,
) -> impl Layer<S> + Send + Sync + use<S>
where
    S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
{
    let tracer = providers.tracer_provider.tracer(env!("CARGO_PKG_NAME"));
    let spans = tracing_opentelemetry::layer().with_tracer(tracer);
    let logs = with_logs.then(|| OpenTelemetryTracingBridge::new(&providers.logger_provider));
    spans
        .and_then(logs)
        .with_filter(filter_fn(|metadata| !is_ignored(metadata)))
}

fn is_ignored(metadata: &Metadata<'_>) -> bool {
    let crate_name = metadata.target().split("::").next();
    crate_name.is_some_and(|name| IGNORED.contains(&name))
}
