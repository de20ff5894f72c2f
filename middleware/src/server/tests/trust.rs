//! Whose context is believed, and what becomes of that of others.

use http::Request;
use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::{FutureExt as _, SpanId, TraceContextExt as _, Tracer as _};
use opentelemetry_sdk::trace::{Sampler, SpanData};

use super::words::{Served, serve, with};
use crate::testing::words::{PARENT_ID, TRACE_ID, TRACEPARENT, Traces, get, is_child, scripted};
use crate::trust::{Trust, Untrusted};

const UNSAMPLED: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

/// A request with everything a context can be made of.
fn request(traceparent: &'static str) -> Request<()> {
    with(
        get("/"),
        [
            ("traceparent", traceparent),
            ("tracestate", "vendor=1"),
            ("baggage", "tenant=7"),
        ],
    )
}

/// A stranger's request to a server that believes nobody.
async fn stranger(traces: &Traces, untrusted: Untrusted, traceparent: &'static str) -> Served {
    let layer = traces
        .server()
        .with_trust(Trust::None)
        .with_untrusted(untrusted);
    serve(&layer, request(traceparent), scripted(204, [])).await
}

/// Whether the span continues the caller's trace, with what came along.
fn is_believed(span: &SpanData, served: &Served) -> bool {
    let continues = span.parent_span_id.to_string() == PARENT_ID;
    let baggage = served.context.baggage().get("tenant").is_some();
    let state = span.span_context.trace_state().get("vendor").is_some();
    assert_eq!((baggage, state), (continues, continues), "all or nothing");
    assert_eq!(
        span.span_context.trace_id().to_string() == TRACE_ID,
        continues
    );
    continues
}

#[tokio::test]
async fn everybody_is_believed_unless_told_otherwise() {
    let traces = Traces::new();
    let served = serve(&traces.server(), request(TRACEPARENT), scripted(204, [])).await;
    let span = traces.only();
    assert!(is_believed(&span, &served));
    assert!(span.links.is_empty());
}

#[tokio::test]
async fn the_trace_of_a_stranger_is_linked_and_not_continued() {
    let traces = Traces::new();
    let served = stranger(&traces, Untrusted::default(), TRACEPARENT).await;
    let span = traces.only();
    assert!(!is_believed(&span, &served));
    assert_eq!(span.parent_span_id, SpanId::INVALID);
    assert_eq!(span.links.len(), 1);
    let link = &span.links[0].span_context;
    assert_eq!(link.trace_id().to_string(), TRACE_ID);
    assert_eq!(link.span_id().to_string(), PARENT_ID);
    assert!(link.is_remote());
}

#[tokio::test]
async fn an_ignored_stranger_leaves_no_trace_at_all() {
    let traces = Traces::new();
    let served = stranger(&traces, Untrusted::Ignore, TRACEPARENT).await;
    let span = traces.only();
    assert!(!is_believed(&span, &served));
    assert_eq!(span.parent_span_id, SpanId::INVALID);
    assert!(span.links.is_empty());
    assert!(!format!("{span:?}").contains(TRACE_ID));
}

#[tokio::test]
async fn the_trace_of_a_stranger_may_go_on_without_what_it_carries() {
    let traces = Traces::new();
    let served = stranger(&traces, Untrusted::Continue, TRACEPARENT).await;
    let span = traces.only();
    assert_eq!(span.parent_span_id.to_string(), PARENT_ID);
    assert_eq!(span.span_context.trace_id().to_string(), TRACE_ID);
    assert!(span.links.is_empty());
    assert_eq!(span.span_context.trace_state().header(), "");
    assert!(served.context.baggage().is_empty());
}

#[tokio::test]
async fn a_stranger_cannot_hide_a_request_nor_have_it_recorded() {
    for untrusted in [Untrusted::Link, Untrusted::Ignore] {
        let traces = Traces::new();
        stranger(&traces, untrusted, UNSAMPLED).await;
        traces.only();
        let never = Sampler::ParentBased(Box::new(Sampler::AlwaysOff));
        let traces = Traces::sampled_by(never);
        let served = stranger(&traces, untrusted, TRACEPARENT).await;
        assert!(!served.span.unwrap().is_recording());
        assert!(traces.spans().is_empty());
    }
}

#[tokio::test]
async fn who_continues_a_trace_keeps_its_decision() {
    let traces = Traces::new();
    let served = stranger(&traces, Untrusted::Continue, UNSAMPLED).await;
    assert!(traces.spans().is_empty());
    let span = served.span.unwrap().span_context();
    assert_eq!(span.trace_id().to_string(), TRACE_ID);
}

#[tokio::test]
async fn without_a_readable_context_there_is_nothing_to_link() {
    for junk in [
        "",
        "junk",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    ] {
        let traces = Traces::new();
        stranger(&traces, Untrusted::Link, junk).await;
        assert!(traces.only().links.is_empty(), "{junk}");
    }
}

#[tokio::test]
async fn what_is_current_here_stays_the_parent_of_a_strangers_request() {
    let traces = Traces::new();
    let ours = Context::new().with_span(traces.tracer().start("ours"));
    stranger(&traces, Untrusted::Link, TRACEPARENT)
        .with_context(ours.clone())
        .await;
    ours.span().end();
    let server = traces.named("GET");
    assert!(is_child(&server, &traces.named("ours")));
    assert_eq!(server.links.len(), 1);
}

#[tokio::test]
async fn a_stranger_is_linked_below_a_dropped_span_too() {
    let traces = Traces::sampled_by(Sampler::AlwaysOn);
    let headers = with(get("/"), [("traceparent", UNSAMPLED)])
        .headers()
        .clone();
    let dropped = campanile_propagation::Propagator::w3c().extract(&headers, &Context::new());
    stranger(&traces, Untrusted::Link, TRACEPARENT)
        .with_context(dropped)
        .await;
    assert_eq!(traces.only().links.len(), 1);
}

#[tokio::test]
async fn a_secret_may_be_what_is_believed() {
    for (secret, expected) in [("s3cr3t", true), ("guess", false)] {
        let traces = Traces::new();
        let knows = Trust::when(|request| {
            let key = request.headers().get("x-mesh-key");
            key.is_some_and(|key| key == "s3cr3t")
        });
        let layer = traces.server().with_trust(knows);
        let request = with(request(TRACEPARENT), [("x-mesh-key", secret)]);
        let served = serve(&layer, request, scripted(204, [])).await;
        assert_eq!(is_believed(&traces.only(), &served), expected, "{secret}");
    }
}
