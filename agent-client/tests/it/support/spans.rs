//! Spans to send.

use campanile_agent_client::{Builder, Guard};
use opentelemetry::trace::{Span, Tracer, TracerProvider};
use opentelemetry_sdk::trace::SdkTracerProvider;

/// Builds what spans need.
pub(crate) trait Tracing {
    fn tracing(self) -> (SdkTracerProvider, Guard);
}

impl Tracing for Builder {
    fn tracing(self) -> (SdkTracerProvider, Guard) {
        let (providers, guard) = self.build().unwrap();
        (providers.tracer_provider, guard)
    }
}

pub(crate) fn end_span(provider: &SdkTracerProvider, name: impl Into<String>) {
    provider.tracer("test").start(name.into()).end();
}

/// Ends spans called `0`, `1` and so on and returns their names.
pub(crate) fn end_spans(provider: &SdkTracerProvider, count: usize) -> Vec<String> {
    let names: Vec<_> = (0..count).map(|number| number.to_string()).collect();
    for name in &names {
        end_span(provider, name);
    }
    names
}

/// The names in one order: which of two threads' spans goes first is left open, and a thread that
/// finds its place in the queue taken for a moment takes another.
pub(crate) fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort_unstable();
    names
}
