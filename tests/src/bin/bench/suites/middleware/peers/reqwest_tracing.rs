//! reqwest-middleware's own, which knows OpenTelemetry up to 0.32.

use std::time::Duration;

use opentelemetry_0_32::trace::{
    SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState, TracerProvider as _,
};
use opentelemetry_0_32::{Context, global};
use opentelemetry_sdk_0_32::error::OTelSdkResult;
use opentelemetry_sdk_0_32::propagation::TraceContextPropagator;
use opentelemetry_sdk_0_32::trace::{Sampler, SdkTracerProvider, Span, SpanData, SpanProcessor};
use reqwest_tracing::{DefaultSpanBackend, TracingMiddleware};

use crate::suites::middleware::scene::{SPAN_ID, Scene, TRACE_ID, ended};

/// How its rows are named.
pub(in super::super) const SUBJECT: &str = "reqwest-tracing";

/// `TracingMiddleware` as it comes, under its version of tracing-opentelemetry.
pub(in super::super) fn middleware(scene: &mut Scene) -> TracingMiddleware<DefaultSpanBackend> {
    global::set_text_map_propagator(TraceContextPropagator::new());
    enter_parent(scene);
    let tracer = provider().tracer("bench");
    scene.subscribe(tracing_opentelemetry_0_33::layer().with_tracer(tracer));
    TracingMiddleware::default()
}

/// The caller's span as this version of OpenTelemetry sees it.
fn enter_parent(scene: &mut Scene) {
    let span = SpanContext::new(
        TraceId::from(TRACE_ID),
        SpanId::from(SPAN_ID),
        TraceFlags::default().with_sampled(scene.is_sampled()),
        false,
        TraceState::default(),
    );
    let attached = Context::new().with_remote_span_context(span).attach();
    scene.at_end(move || drop(attached));
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
