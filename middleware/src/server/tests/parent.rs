//! Whose child the span is, and what happens without one.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use campanile_propagation::Propagator;
use http::{HeaderMap, Request};
use opentelemetry::trace::{Link, SpanId, SpanKind, TraceContextExt as _, TraceId, TraceState};
use opentelemetry::{Context, KeyValue, global};
use opentelemetry_sdk::trace::{
    Sampler, SamplingDecision, SamplingResult, SdkTracerProvider, ShouldSample, SpanData,
};
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::testing::words::{
    PARENT_ID, TRACE_ID, TRACEPARENT, Traces, get, grpc, in_span, int, scripted, text,
};
use crate::{CurrentSpan, ServerLayer};

/// Serves `request` with `layer`, and returns what the handler found.
async fn serve(layer: ServerLayer, request: Request<()>) -> Option<CurrentSpan> {
    let service = layer.layer(service_fn(|request: Request<()>| async move {
        let mut response = scripted(204, []);
        if let Some(span) = CurrentSpan::from_extensions(request.extensions()) {
            response.extensions_mut().insert(span.clone());
        }
        Ok::<_, Infallible>(response)
    }));
    let mut response = service
        .oneshot(request)
        .await
        .expect("the service cannot fail");
    response.extensions_mut().remove::<CurrentSpan>()
}

fn with_parent(traceparent: &str) -> Request<()> {
    let mut request = get("/");
    let value = traceparent.parse().expect("a header value");
    request.headers_mut().insert("traceparent", value);
    request
}

async fn span_with_parent(traceparent: &str) -> SpanData {
    let traces = Traces::new();
    serve(traces.server(), with_parent(traceparent)).await;
    traces.only()
}

#[tokio::test]
async fn a_remote_parent_is_the_parent() {
    let span = span_with_parent(TRACEPARENT).await;
    assert_eq!(span.span_context.trace_id().to_string(), TRACE_ID);
    assert_eq!(span.parent_span_id.to_string(), PARENT_ID);
    assert!(span.parent_span_is_remote);
}

#[tokio::test]
async fn a_malformed_header_gives_a_new_root_without_an_invented_parent() {
    for malformed in [
        "",
        "junk",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333-01",
    ] {
        let span = span_with_parent(malformed).await;
        assert_eq!(span.parent_span_id, SpanId::INVALID, "{malformed}");
        assert!(span.span_context.is_valid());
        assert_ne!(span.span_context.trace_id().to_string(), TRACE_ID);
    }
}

#[tokio::test]
async fn the_propagator_decides_which_headers_count() {
    let traces = Traces::new();
    let layer = traces.server().with_propagator(Propagator::none());
    serve(layer, with_parent(TRACEPARENT)).await;
    assert_eq!(traces.only().parent_span_id, SpanId::INVALID);
}

#[tokio::test]
async fn an_unsampled_parent_leaves_a_context_and_no_span() {
    let traces = Traces::new();
    let unsampled = TRACEPARENT.replace("-01", "-00");
    let current = serve(traces.server(), with_parent(&unsampled))
        .await
        .unwrap();
    assert_eq!(current.span_context().trace_id().to_string(), TRACE_ID);
    assert!(!current.is_recording());
    current.set_route("/ignored");
    assert!(traces.spans().is_empty());
}

#[tokio::test]
async fn the_random_flag_outlives_a_span_that_is_dropped() {
    let never = Traces::sampled_by(Sampler::AlwaysOff);
    for (traces, received, sent) in [
        (Traces::new(), "-02", "-02"),
        (Traces::new(), "-03", "-03"),
        (never.clone(), "-03", "-02"),
        (never, "-01", "-00"),
    ] {
        let request = with_parent(&TRACEPARENT.replace("-01", received));
        let current = serve(traces.server(), request).await.unwrap();
        let mut outgoing = HeaderMap::new();
        Propagator::w3c().inject(current.context(), &mut outgoing);
        let span = current.span_context();
        assert_ne!(span.span_id().to_string(), PARENT_ID);
        assert!(!span.is_remote());
        let expected = format!("00-{TRACE_ID}-{}{sent}", span.span_id());
        assert_eq!(outgoing["traceparent"], expected);
    }
}

#[tokio::test]
async fn a_sampler_that_keeps_what_the_parent_dropped_gets_the_whole_span() {
    let traces = Traces::sampled_by(Sampler::AlwaysOn);
    let dropped = with_parent(&TRACEPARENT.replace("-01", "-00"));
    let mut call = grpc("/pkg.Users/Get");
    call.headers_mut().extend(dropped.headers().clone());
    serve(traces.server(), dropped).await;
    let layer = traces.server().with_grpc_methods(["pkg.Users/Get"]);
    serve(layer, call).await;

    let span = traces.named("GET");
    assert_eq!(text(&span, "url.path").as_deref(), Some("/"));
    assert_eq!(int(&span, "http.response.status_code"), Some(204));
    let span = traces.named("pkg.Users/Get");
    assert_eq!(text(&span, "rpc.method").as_deref(), Some("pkg.Users/Get"));
}

/// Drops every span, and notes the names and how many attributes it was shown.
#[derive(Clone, Debug, Default)]
struct Onlooker(Arc<Mutex<Vec<(String, usize)>>>);

impl ShouldSample for Onlooker {
    fn should_sample(
        &self,
        _: Option<&Context>,
        _: TraceId,
        name: &str,
        _: &SpanKind,
        attributes: &[KeyValue],
        _: &[Link],
    ) -> SamplingResult {
        let mut seen = self.0.lock().expect("no test panics here");
        seen.push((name.to_owned(), attributes.len()));
        SamplingResult {
            decision: SamplingDecision::Drop,
            attributes: Vec::new(),
            trace_state: TraceState::default(),
        }
    }
}

#[tokio::test]
async fn the_sampler_sees_the_attributes_unless_the_parent_was_dropped() {
    let onlooker = Onlooker::default();
    let provider = SdkTracerProvider::builder()
        .with_sampler(onlooker.clone())
        .build();
    let layer = ServerLayer::new().with_tracer_provider(&provider);
    let layer = layer.with_propagator(Propagator::w3c());
    serve(layer.clone(), with_parent(TRACEPARENT)).await;
    serve(layer.clone(), get("/")).await;
    serve(layer, with_parent(&TRACEPARENT.replace("-01", "-00"))).await;
    // Method, path, scheme and version; then nothing.
    let expected = [4, 4, 0].map(|attributes| ("GET".to_owned(), attributes));
    assert_eq!(*onlooker.0.lock().unwrap(), expected);
}

#[tokio::test]
async fn the_context_flows_after_the_provider_was_shut_down() {
    let traces = Traces::new();
    traces.provider.shutdown().unwrap();
    let current = serve(traces.server(), with_parent(TRACEPARENT))
        .await
        .unwrap();
    assert_eq!(current.span_context().span_id().to_string(), PARENT_ID);
}

#[tokio::test]
async fn a_suppressed_request_has_no_span() {
    let traces = Traces::new();
    let _suppressed = Context::enter_telemetry_suppressed_scope();
    assert!(
        serve(traces.server(), with_parent(TRACEPARENT))
            .await
            .is_none()
    );
    assert!(traces.spans().is_empty());
}

#[tokio::test]
async fn no_request_sees_the_context_of_the_one_before() {
    let traces = Traces::new();
    let layer = traces.server();
    serve(layer.clone(), with_parent(TRACEPARENT)).await;
    assert!(!in_span());
    serve(layer, get("/")).await;
    let spans = traces.spans();
    assert_ne!(
        spans[0].span_context.trace_id(),
        spans[1].span_context.trace_id()
    );
}

#[tokio::test]
async fn a_layer_built_before_the_global_provider_uses_it() {
    let layer = ServerLayer::new().with_propagator(Propagator::w3c());
    let traces = Traces::new();
    global::set_tracer_provider(traces.provider.clone());
    let current = serve(layer, with_parent(TRACEPARENT)).await.unwrap();
    assert!(current.context().span().span_context().is_valid());
    // Other tests may use the global provider too: look for our own span.
    let id = current.span_context().span_id();
    assert!(
        traces
            .spans()
            .iter()
            .any(|span| span.span_context.span_id() == id)
    );
}
