//! Who is whose child.

use std::convert::Infallible;

use http::Response;
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use opentelemetry::Context;
use opentelemetry::trace::{SpanId, SpanKind, TraceContextExt as _};
use tower::{Layer as _, ServiceBuilder, ServiceExt as _, service_fn};
use tower_http::trace::TraceLayer;
use tracing::{Instrument as _, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::*;

#[tokio::test]
async fn a_span_of_the_handler_is_a_child_of_the_request() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    serve_request(&traces, get_as_child(), async || {
        let load = info_span!("load the cart");
        async {
            tokio::task::yield_now().await;
            info_span!("count").in_scope(|| ());
        }
        .instrument(load)
        .await;
    })
    .await;
    let server = traces.of_kind(&SpanKind::Server);
    let load = traces.named("load the cart");
    assert_eq!(server.parent_span_id.to_string(), PARENT_ID);
    assert!(is_child(&load, &server));
    assert!(is_child(&traces.named("count"), &load));
    assert_eq!(load.span_context.trace_id().to_string(), TRACE_ID);
}

#[tokio::test]
async fn calls_and_spans_of_the_api_are_children_of_the_span_of_the_handler() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    let client = traces.client().layer(service_fn(async |_| {
        info_span!("connect").in_scope(|| ());
        Ok::<_, Infallible>(Response::new(String::new()))
    }));
    serve(&traces, async || {
        let call = async {
            traces.child("api");
            client.clone().oneshot(get("http://stock.test/")).await
        };
        call.instrument(info_span!("ask the stock"))
            .await
            .expect("it never fails");
    })
    .await;
    let ask = traces.named("ask the stock");
    let call = traces.of_kind(&SpanKind::Client);
    assert!(is_child(&ask, &traces.of_kind(&SpanKind::Server)));
    assert!(is_child(&traces.named("api"), &ask));
    assert!(is_child(&call, &ask));
    assert!(is_child(&traces.named("connect"), &call));
}

#[tokio::test]
async fn a_span_made_while_the_body_is_polled_is_a_child_of_the_request() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    let chunks = tokio_stream::iter(["a", "b"].into_iter().map(|chunk| {
        let chunk = bytes::Bytes::from_static(chunk.as_bytes());
        info_span!("chunk").in_scope(|| Ok::<_, Infallible>(Frame::data(chunk)))
    }));
    let body = std::sync::Mutex::new(Some(StreamBody::new(chunks)));
    let service = service_fn(async |_| {
        let body = body
            .lock()
            .expect("nobody panics")
            .take()
            .expect("one request");
        Ok::<_, Infallible>(Response::new(body))
    });
    let response = traces.server().layer(service).oneshot(get("/")).await;
    response
        .expect("it never fails")
        .collect()
        .await
        .expect("it never fails");
    let server = traces.of_kind(&SpanKind::Server);
    let chunks = traces
        .spans()
        .into_iter()
        .filter(|span| span.name == "chunk");
    assert_eq!(chunks.filter(|chunk| is_child(chunk, &server)).count(), 2);
}

#[tokio::test]
async fn a_span_entered_around_the_layer_takes_nothing_from_the_request() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    let accept = info_span!("accept");
    serve_request(&traces, get_as_child(), async || {
        info_span!("load").in_scope(|| ());
        tracing::info!("loaded");
    })
    .instrument(accept)
    .await;
    let server = traces.of_kind(&SpanKind::Server);
    assert_eq!(server.parent_span_id.to_string(), PARENT_ID);
    assert!(is_child(&traces.named("load"), &server));
    assert_eq!(names(&server), ["loaded"]);
    let accept = traces.named("accept");
    assert_eq!(
        (accept.parent_span_id, names(&accept)),
        (SpanId::INVALID, vec![])
    );
}

#[tokio::test]
async fn a_request_from_nobody_is_a_child_of_the_span_around_the_layer() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    serve(&traces, async || ())
        .instrument(info_span!("accept"))
        .await;
    assert!(is_child(
        &traces.of_kind(&SpanKind::Server),
        &traces.named("accept")
    ));
}

#[tokio::test]
async fn the_layer_of_tower_http_inside_is_one_more_span() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    let service = ServiceBuilder::new()
        .layer(traces.server())
        .layer(TraceLayer::new_for_http().make_span_with(|_: &Request<String>| info_span!("http")))
        .service(service_fn(async |_| {
            tracing::info!("handled");
            Ok::<_, Infallible>(Response::new(String::new()))
        }));
    let response = service
        .oneshot(get_as_child().map(|()| String::new()))
        .await;
    response
        .expect("it never fails")
        .collect()
        .await
        .expect("it never fails");
    let http = traces.named("http");
    assert!(is_child(&http, &traces.of_kind(&SpanKind::Server)));
    assert!(names(&http).contains(&"handled"), "{http:?}");
}

#[tokio::test]
async fn the_layer_of_tower_http_outside_gets_neither_spans_nor_events_of_the_handler() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    let service = ServiceBuilder::new()
        .layer(TraceLayer::new_for_http().make_span_with(|_: &Request<String>| info_span!("http")))
        .layer(traces.server())
        .service(service_fn(async |_| {
            tracing::info!("handled");
            info_span!("load").in_scope(|| ());
            Ok::<_, Infallible>(Response::new(String::new()))
        }));
    let response = service
        .oneshot(get_as_child().map(|()| String::new()))
        .await;
    response
        .expect("it never fails")
        .collect()
        .await
        .expect("it never fails");
    let server = traces.of_kind(&SpanKind::Server);
    assert_eq!(server.parent_span_id.to_string(), PARENT_ID);
    assert_eq!(names(&server), ["handled"]);
    assert!(is_child(&traces.named("load"), &server));
    assert!(!names(&traces.named("http")).contains(&"handled"));
}

#[tokio::test]
async fn a_span_says_its_context_and_takes_a_parent() {
    let traces = Traces::new();
    let _default = bridged(&traces);
    serve(&traces, async || {
        let request = Context::current();
        let span = info_span!(parent: None, "late");
        span.set_parent(request).expect("it is not entered yet");
        let context = span.context();
        assert!(context.span().span_context().is_valid());
        span.in_scope(|| {
            let current = Context::current();
            assert_eq!(current.span().span_context(), context.span().span_context());
        });
    })
    .await;
    assert!(is_child(
        &traces.named("late"),
        &traces.of_kind(&SpanKind::Server)
    ));
}

#[tokio::test]
async fn baggage_reaches_the_span_of_the_handler() {
    use opentelemetry::baggage::BaggageExt as _;
    let traces = Traces::new();
    let _default = bridged(&traces);
    let mut request = get("/");
    *request.headers_mut() = headers("baggage", "plan=gold");
    serve_request(&traces, request, async || {
        info_span!("load").in_scope(|| {
            let plan = Context::current()
                .baggage()
                .get("plan")
                .map(ToString::to_string);
            assert_eq!(plan.as_deref(), Some("gold"));
        });
    })
    .await;
    traces.named("load");
}
