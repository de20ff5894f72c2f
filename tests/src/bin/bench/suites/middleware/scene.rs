//! What is around an operation: who decided about sampling, and what records.

use std::fmt;
use std::time::Duration;

use opentelemetry::trace::{
    SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{Context, global, trace};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, Span, SpanData, SpanProcessor};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{Layer, Registry};

/// The caller's trace.
pub(super) const TRACE_ID: u128 = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736;

/// The caller's span.
pub(super) const SPAN_ID: u64 = 0x00f0_67aa_0ba9_02b7;

/// What becomes of the spans of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// There is no provider.
    Noop,
    /// The caller sampled the trace, and so does the provider.
    Sampled,
    /// The caller did not sample the trace, and the provider does not either.
    Unsampled,
}

impl Mode {
    /// What the caller sends.
    pub(super) fn traceparent(self) -> &'static str {
        match self {
            Self::Noop | Self::Sampled => "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            Self::Unsampled => "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
        }
    }
}

/// The surroundings of one operation, taken away when it is dropped.
pub(super) struct Scene {
    mode: Mode,
    provider: Option<SdkTracerProvider>,
    endings: Vec<Box<dyn FnOnce()>>,
}

impl Scene {
    /// Surroundings for `mode`, with nothing in them that a subject does not ask for.
    pub(super) fn new(mode: Mode) -> Self {
        // The same for every subject that asks for the global one, so it may stay.
        global::set_text_map_propagator(TraceContextPropagator::new());
        Self {
            mode,
            provider: (mode != Mode::Noop).then(provider),
            endings: Vec::new(),
        }
    }

    /// The provider, unless the scene has none.
    pub(super) fn provider(&self) -> Option<&SdkTracerProvider> {
        self.provider.as_ref()
    }

    /// Whether the caller sampled the trace.
    pub(super) fn is_sampled(&self) -> bool {
        self.mode != Mode::Unsampled
    }

    /// Calls `ending` when the scene ends, before what was given earlier.
    pub(super) fn at_end(&mut self, ending: impl FnOnce() + 'static) {
        self.endings.push(Box::new(ending));
    }

    /// Makes the caller's span the current one, as it is where a client is called.
    pub(super) fn enter_parent(&mut self) {
        let span = SpanContext::new(
            TraceId::from(TRACE_ID),
            SpanId::from(SPAN_ID),
            TraceFlags::default().with_sampled(self.is_sampled()),
            false,
            TraceState::default(),
        );
        let attached = Context::new().with_remote_span_context(span).attach();
        self.at_end(move || drop(attached));
    }

    /// Makes the provider the global one, for layers that take no other.
    pub(super) fn install_provider(&mut self) {
        if let Some(provider) = &self.provider {
            global::set_tracer_provider(provider.clone());
            self.at_end(|| global::set_tracer_provider(trace::noop::NoopTracerProvider::new()));
        }
    }

    /// Makes a registry with `layer` the subscriber of this thread.
    pub(super) fn subscribe(&mut self, layer: impl Layer<Registry> + Send + Sync) {
        let subscriber = tracing_subscriber::registry().with(layer);
        let installed = tracing::subscriber::set_default(subscriber);
        self.at_end(move || {
            drop(installed);
            // Else what follows in this process still asks whether anybody listens.
            tracing::callsite::rebuild_interest_cache();
        });
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        while let Some(ending) = self.endings.pop() {
            ending();
        }
    }
}

impl fmt::Debug for Scene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scene")
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

/// The SDK with everything but an exporter.
fn provider() -> SdkTracerProvider {
    SdkTracerProvider::builder()
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
        .with_span_processor(Dropping)
        .build()
}

/// Takes spans, and drops them.
#[derive(Debug)]
struct Dropping;

impl SpanProcessor for Dropping {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, _: SpanData) {
        ended();
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// Is told of each span that ended and was sampled: tests count them.
pub(super) fn ended() {
    #[cfg(test)]
    super::tests::ENDED.with(|ended| ended.set(ended.get() + 1));
}
