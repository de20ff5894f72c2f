//! Attributes, parents and headers, against a service in this process.

use std::convert::Infallible;

use http::{Request, Response, Version};
use opentelemetry::Context;
use opentelemetry::trace::{FutureExt as _, SpanKind, TraceContextExt as _, Tracer as _};
use proptest::prelude::*;
use tower::{Layer as _, Service as _, ServiceExt as _, service_fn};

use super::words::{send, span_of};
use crate::filter::grpc_method;
use crate::request::Parent;
use crate::testing::words::{
    Script, Step, TRACEPARENT, Traces, assert_error, attribute, get, grpc, headers, int, is_child,
    scripted, text,
};

async fn url_of(uri: &str) -> String {
    text(&span_of(get(uri), scripted(200, [])).await, "url.full").expect("it is required")
}

#[tokio::test]
async fn an_ordinary_request_has_what_is_required() {
    let mut response = scripted(200, [Step::Data("x")]);
    *response.version_mut() = Version::HTTP_2;
    let span = span_of(get("https://api.example/v1?page=2"), response).await;
    assert_eq!(span.name, "GET");
    assert_eq!(span.span_kind, SpanKind::Client);
    assert_eq!(text(&span, "http.request.method").as_deref(), Some("GET"));
    assert_eq!(
        text(&span, "url.full").as_deref(),
        Some("https://api.example/v1?page=2")
    );
    assert_eq!(
        text(&span, "server.address").as_deref(),
        Some("api.example")
    );
    assert_eq!(int(&span, "server.port"), Some(443));
    assert_eq!(int(&span, "http.response.status_code"), Some(200));
    // Of the response: the request said 1.1.
    assert_eq!(
        text(&span, "network.protocol.version").as_deref(),
        Some("2")
    );
    assert_error(&span, None);
}

#[tokio::test]
async fn credentials_are_never_in_the_url() {
    assert_eq!(
        url_of("http://user:pass@h/p").await,
        "http://REDACTED:REDACTED@h/p"
    );
    assert_eq!(
        url_of("http://token@h:81/p").await,
        "http://REDACTED:REDACTED@h:81/p"
    );
    let signed = url_of("https://s3.example/f?X-Amz-Signature=secret&a=1").await;
    assert_eq!(signed, "https://s3.example/f?X-Amz-Signature=REDACTED&a=1");
}

#[tokio::test]
async fn an_ipv6_host_keeps_its_brackets_in_the_url_only() {
    let span = span_of(get("http://[::1]:8080/x"), scripted(200, [])).await;
    assert_eq!(
        text(&span, "url.full").as_deref(),
        Some("http://[::1]:8080/x")
    );
    assert_eq!(text(&span, "server.address").as_deref(), Some("::1"));
    assert_eq!(int(&span, "server.port"), Some(8080));
}

#[tokio::test]
async fn a_4xx_is_an_error_of_the_client() {
    assert_error(
        &span_of(get("http://h/"), scripted(404, [])).await,
        Some("404"),
    );
    assert_error(
        &span_of(get("http://h/"), scripted(500, [])).await,
        Some("500"),
    );
    assert_error(&span_of(get("http://h/"), scripted(302, [])).await, None);
}

#[tokio::test]
async fn a_body_that_breaks_is_an_error() {
    let span = span_of(get("http://h/"), scripted(200, [Step::Fail])).await;
    assert_error(&span, Some("campanile_middleware::testing::words::Broken"));
}

#[tokio::test]
async fn the_origin_stands_in_for_a_missing_host() {
    let traces = Traces::new();
    let layer = traces.client().with_origin("https://h:1".parse().unwrap());
    send(layer.clone(), get("/p?q"), scripted(200, [])).await;
    send(layer, get("http://other/p"), scripted(200, [])).await;
    let urls: Vec<_> = traces
        .spans()
        .iter()
        .map(|span| text(span, "url.full"))
        .collect();
    assert_eq!(
        urls,
        [
            Some("https://h:1/p?q".to_owned()),
            Some("http://other/p".to_owned())
        ]
    );
}

#[tokio::test]
async fn the_host_header_is_better_than_no_host() {
    let mut request = get("/p");
    request.headers_mut().extend(headers("host", "h:81"));
    let span = span_of(request, scripted(200, [])).await;
    assert_eq!(text(&span, "url.full").as_deref(), Some("http://h:81/p"));
    assert_eq!(int(&span, "server.port"), Some(81));
}

#[tokio::test]
async fn without_any_host_no_url_is_invented() {
    let span = span_of(get("/p"), scripted(200, [])).await;
    assert_eq!(attribute(&span, "url.full"), None);
    assert_eq!(attribute(&span, "server.port"), None);
}

#[tokio::test]
async fn the_span_is_a_child_of_the_current_one_and_is_sent_on() {
    let traces = Traces::new();
    let parent = traces.tracer().start("parent");
    let cx = Context::new().with_span(parent);
    let mut request = get("http://h/");
    request
        .headers_mut()
        .append("traceparent", TRACEPARENT.parse().unwrap());
    request
        .headers_mut()
        .append("traceparent", "stale".parse().unwrap());
    let sent = send(traces.client(), request, scripted(200, []))
        .with_context(cx.clone())
        .await;
    cx.span().end();

    let client = traces.of_kind(&SpanKind::Client);
    assert!(is_child(&client, &traces.named("parent")));
    let sent: Vec<_> = sent.get_all("traceparent").iter().collect();
    let ids = (
        client.span_context.trace_id(),
        client.span_context.span_id(),
    );
    assert_eq!(sent, [format!("00-{}-{}-01", ids.0, ids.1).as_str()]);
}

#[tokio::test]
async fn an_unsampled_context_is_sent_on_as_unsampled() {
    let traces = Traces::new();
    let headers = headers(
        "traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
    );
    let cx = campanile_propagation::Propagator::w3c().extract(&headers, &Context::new());
    let sent = send(traces.client(), get("http://h/"), scripted(200, []))
        .with_context(cx)
        .await;
    let traceparent = sent["traceparent"].to_str().unwrap();
    assert!(
        traceparent.starts_with("00-0af7651916cd43dd8448eb211c80319c-"),
        "{traceparent}"
    );
    assert!(traceparent.ends_with("-00"), "{traceparent}");
    assert!(traces.spans().is_empty());
}

#[tokio::test]
async fn an_exporter_is_not_traced() {
    let traces = Traces::new();
    let cx = Context::new()
        .with_span(traces.tracer().start("flush"))
        .with_telemetry_suppressed();
    let sent = send(traces.client(), get("http://h/"), scripted(200, []))
        .with_context(cx.clone())
        .await;
    assert!(sent.is_empty());
    assert!(traces.spans().is_empty());
}

#[test]
fn the_inner_call_runs_inside_the_span() {
    let traces = Traces::new();
    let inner = traces.clone();
    let mut service = traces.client().layer(service_fn(move |_: Request<()>| {
        inner.child("connect");
        std::future::pending::<Result<Response<Script>, Infallible>>()
    }));
    drop(service.call(get("http://h/")));
    let client = traces.of_kind(&SpanKind::Client);
    assert!(is_child(&traces.named("connect"), &client));
    // Letting go of a request is no error.
    assert_error(&client, None);
}

#[tokio::test]
async fn a_proxy_that_passes_a_request_on_is_served_by_another_span() {
    let traces = Traces::new();
    let end = service_fn(|_: Request<()>| async { Ok::<_, Infallible>(scripted(204, [])) });
    let proxy = traces.client().layer(traces.server().layer(end));
    traces
        .server()
        .layer(proxy)
        .oneshot(get("http://h/"))
        .await
        .unwrap();
    let spans = traces.spans();
    let kinds: Vec<_> = spans.iter().map(|span| span.span_kind.clone()).collect();
    assert_eq!(
        kinds,
        [SpanKind::Server, SpanKind::Client, SpanKind::Server]
    );
    assert!(is_child(&spans[0], &spans[1]) && is_child(&spans[1], &spans[2]));
}

#[tokio::test]
async fn every_grpc_status_but_ok_is_an_error_of_the_client() {
    for (number, name) in [("5", "NOT_FOUND"), ("1", "CANCELLED"), ("13", "INTERNAL")] {
        let trailers = Step::Trailers(headers("grpc-status", number));
        let span = span_of(grpc("http://h:1/a.B/C"), scripted(200, [trailers])).await;
        assert_eq!(span.name, "a.B/C");
        assert_eq!(
            text(&span, "rpc.response.status_code").as_deref(),
            Some(name)
        );
        assert_error(&span, Some(name));
        let mut head_only = scripted(200, []);
        *head_only.headers_mut() = headers("grpc-status", number);
        assert_error(
            &span_of(grpc("http://h:1/a.B/C"), head_only).await,
            Some(name),
        );
    }
    let ok = Step::Trailers(headers("grpc-status", "0"));
    let span = span_of(grpc("http://h:1/a.B/C"), scripted(200, [ok])).await;
    assert_eq!(int(&span, "server.port"), Some(1));
    assert_eq!(attribute(&span, "url.full"), None);
    assert_error(&span, None);
}

proptest! {
    #[test]
    fn a_password_never_reaches_the_span(user in "[a-z]{0,5}", path in "[a-z/]{0,9}") {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let uri = format!("http://{user}:S3CR3T@h/{path}?sig=S3CR3T&a={path}");
        let span = runtime.block_on(span_of(get(&uri), scripted(200, [])));
        let everything = format!("{span:?}");
        prop_assert!(!everything.contains("S3CR3T"));
    }
}

#[tokio::test]
async fn a_call_is_one_whatever_version_the_request_would_like() {
    let mut request = grpc("http://h:1/a.B/C");
    *request.version_mut() = Version::HTTP_11;
    let trailers = Step::Trailers(headers("grpc-status", "13"));
    let mut response = scripted(200, [trailers]);
    *response.version_mut() = Version::HTTP_2;
    let traces = Traces::new();
    let layer = traces.client().with_filter(grpc_method("a.B/C"));
    send(layer, request, response).await;
    let span = traces.only();
    assert_eq!(span.name, "a.B/C");
    assert_error(&span, Some("INTERNAL"));
}

#[tokio::test]
async fn a_request_can_say_whose_child_it_is() {
    let traces = Traces::new();
    let parent = Context::new().with_span(traces.tracer().start("parent"));
    let answer = service_fn(async |request: Request<()>| {
        assert!(request.extensions().get::<Parent>().is_none());
        Ok::<_, Infallible>(scripted(204, []))
    });
    let service = traces.client().layer(answer);
    for context in [parent.clone(), parent.with_telemetry_suppressed()] {
        let mut request = get("http://h/");
        request.extensions_mut().insert(Parent::new(context));
        drop(service.clone().oneshot(request).await.unwrap());
    }
    parent.span().end();
    let (span, parent) = (traces.of_kind(&SpanKind::Client), traces.named("parent"));
    assert!(is_child(&span, &parent));
}
