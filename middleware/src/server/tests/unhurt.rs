//! Code of the application that panics, and what it finds around it.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use http::Request;
use opentelemetry::Context;
use opentelemetry::trace::{SpanKind, TraceContextExt as _};
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::words::serve;
use crate::request::{Peer, SpanName, StartTime};
use crate::server::ServerLayer;
use crate::testing::words::{
    Step, TRACE_ID, TRACEPARENT, Traces, assert_error, attribute, get, int, scripted, text,
};
use crate::trust::Trust;

/// The span of `request` by `layer`, whose handler was reached.
async fn served(layer: &ServerLayer, request: Request<()>) {
    let served = serve(layer, request, scripted(200, [Step::Data("x")])).await;
    assert_eq!(served.response.status, 200);
}

#[tokio::test]
async fn a_panic_of_a_filter_or_of_a_name_hurts_no_request() {
    let traces = Traces::new();
    let layer = traces
        .server()
        .with_filter(|_: &crate::RequestView<'_>| panic!("a filter"));
    served(&layer.with_span_name(|_| panic!("a name")), get("/")).await;
    let span = traces.only();
    assert_eq!(span.name, "GET");
    assert_error(&span, None);
}

#[tokio::test]
async fn whoever_panics_about_trust_has_not_said_that_he_trusts() {
    let traces = Traces::new();
    let layer = traces
        .server()
        .with_trust(Trust::when(|_| panic!("no idea")));
    let mut request = get("/");
    let parent = http::HeaderValue::from_static(TRACEPARENT);
    request.headers_mut().insert("traceparent", parent);
    served(&layer, request).await;
    assert_ne!(traces.only().span_context.trace_id().to_string(), TRACE_ID);
}

#[tokio::test]
async fn hooks_run_inside_the_span() {
    let traces = Traces::new();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let note = |place: &'static str| {
        let seen = Arc::clone(&seen);
        move || {
            let span = Context::current().span().span_context().span_id();
            seen.lock().unwrap().push((place, span));
        }
    };
    let (start, response, end) = (note("start"), note("response"), note("end"));
    let layer = traces.server();
    let layer = layer.on_start(move |_, _| start());
    let layer = layer.on_response(move |_, _| response());
    served(&layer.on_end(move |_, _| end()), get("/")).await;
    let id = traces.only().span_context.span_id();
    let expected = ["start", "response", "end"].map(|place| (place, id));
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[tokio::test]
async fn what_is_told_of_this_request_is_not_told_of_the_next() {
    let traces = Traces::new();
    let service = traces
        .server()
        .layer(service_fn(|request: Request<()>| async move {
            assert!(request.extensions().get::<SpanName>().is_none());
            assert!(request.extensions().get::<StartTime>().is_none());
            Ok::<_, Infallible>(scripted(204, []))
        }));
    let mut request = get("/");
    request.extensions_mut().insert(SpanName::new("edge"));
    request
        .extensions_mut()
        .insert(StartTime::new(SystemTime::now()));
    service.oneshot(request).await.unwrap();
    assert_eq!(traces.only().name, "edge");
}

#[tokio::test]
async fn a_server_can_be_told_its_peer_and_that_it_speaks_tls() {
    let traces = Traces::new();
    let mut request = get("/?q=1");
    let peer = "192.0.2.7:4711".parse().unwrap();
    request.extensions_mut().insert(Peer::new(peer));
    served(&traces.server().with_tls().without_queries(), request).await;
    let span = traces.only();
    assert_eq!(text(&span, "url.scheme").as_deref(), Some("https"));
    assert_eq!(text(&span, "client.address").as_deref(), Some("192.0.2.7"));
    assert_eq!(int(&span, "network.peer.port"), Some(4711));
    assert_eq!(attribute(&span, "url.query"), None);
}

#[tokio::test]
async fn no_text_of_a_client_is_kept_whole_that_is_very_long() {
    let traces = Traces::new();
    let mut request = get(&format!("/{}", "p".repeat(10_000)));
    for name in ["user-agent", "host"] {
        let long = "x".repeat(100_000).parse().unwrap();
        request.headers_mut().insert(name, long);
    }
    served(&traces.server(), request).await;
    let span = traces.only();
    assert_eq!(text(&span, "url.path").map(|text| text.len()), Some(4096));
    let agent = text(&span, "user_agent.original");
    assert_eq!(agent.map(|text| text.len()), Some(4096));
    assert_eq!(attribute(&span, "server.address"), None);
}

#[tokio::test]
async fn a_secret_has_one_hash_on_both_sides() {
    let traces = Traces::new();
    let answer = || service_fn(async |_: Request<()>| Ok::<_, Infallible>(scripted(204, [])));
    let server = traces.server().with_hashed_query_values();
    let called = server.layer(answer()).oneshot(get("/?sig=secret"));
    called.await.expect("it answers");
    let client = traces.client().with_hashed_query_values();
    let called = client.layer(answer()).oneshot(get("http://h/?sig=secret"));
    called.await.expect("it answers");

    let received = text(&traces.of_kind(&SpanKind::Server), "url.query");
    let received = received.expect("a query");
    assert!(received.starts_with("sig=REDACTED-"), "{received}");
    let sent = text(&traces.of_kind(&SpanKind::Client), "url.full");
    assert_eq!(sent, Some(format!("http://h/?{received}")));
}
