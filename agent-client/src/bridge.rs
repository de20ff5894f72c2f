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

impl Providers {
    /// A layer for a `tracing` subscriber (feature `tracing`): its spans become spans, and its
    /// events become events of them and, where log records are sent, log records that name the
    /// span.
    ///
    /// What HTTP and TLS libraries trace is left out. For anything else give it a filter, as any
    /// layer.
    #[must_use = "a layer does nothing until a subscriber has it"]
    pub fn tracing_layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        let tracer = self.tracer_provider.tracer(env!("CARGO_PKG_NAME"));
        let spans = tracing_opentelemetry::layer().with_tracer(tracer);
        let logs = self
            .sends_logs
            .then(|| OpenTelemetryTracingBridge::new(&self.logger_provider));
        spans
            .and_then(logs)
            .with_filter(filter_fn(|metadata| !is_ignored(metadata)))
    }
}

fn is_ignored(metadata: &Metadata<'_>) -> bool {
    let crate_name = metadata.target().split("::").next();
    crate_name.is_some_and(|name| IGNORED.contains(&name))
}
