//! Spans to send.

use opentelemetry::trace::{Span, Tracer, TracerProvider};
use opentelemetry_sdk::trace::SdkTracerProvider;

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
