//! Who names a span: the request, the layer, the handler, the route.

use std::borrow::Cow;
use std::convert::Infallible;

use http::{Method, Request};
use opentelemetry_sdk::trace::SpanData;
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::words::in_environment;
use crate::request::SpanName;
use crate::testing::words::{Step, Traces, get, grpc, headers, scripted, text};
use crate::{CurrentSpan, ServerLayer};

/// The span of `request`, whose handler does `handle`.
async fn span_of(
    change: impl Fn(ServerLayer) -> ServerLayer,
    request: Request<()>,
    handle: impl Fn(&CurrentSpan) + Copy,
) -> SpanData {
    let traces = Traces::new();
    let handler = move |request: Request<()>| {
        handle(CurrentSpan::from_extensions(request.extensions()).expect("the layer left it"));
        let trailers = Step::Trailers(headers("grpc-status", "12"));
        async move { Ok::<_, Infallible>(scripted(200, [trailers])) }
    };
    let service = change(traces.server()).layer(service_fn(handler));
    let response = service.oneshot(request).await.expect("it cannot fail");
    drop(http_body_util::BodyExt::collect(response.into_body()).await);
    traces.only()
}

fn named(name: &'static str, mut request: Request<()>) -> Request<()> {
    request.extensions_mut().insert(SpanName::new(name));
    request
}

fn by_layer(name: &'static str) -> impl Fn(ServerLayer) -> ServerLayer {
    move |layer| {
        layer.with_span_name(move |request| {
            assert_eq!(request.path(), "/users/7");
            Some(Cow::Borrowed(name))
        })
    }
}

#[tokio::test]
async fn the_request_names_before_the_layer_and_the_layer_before_the_route() {
    let route = |span: &CurrentSpan| span.set_route("/users/{id}");
    let request = || get("/users/7");
    let by_request = span_of(by_layer("by layer"), named("by request", request()), route).await;
    assert_eq!(by_request.name, "by request");
    let by_layer = span_of(by_layer("by layer"), request(), route).await;
    assert_eq!(by_layer.name, "by layer");
    let by_route = span_of(|layer| layer, request(), route).await;
    assert_eq!(by_route.name, "GET /users/{id}");
    for span in [by_request, by_layer, by_route] {
        assert_eq!(text(&span, "http.route").as_deref(), Some("/users/{id}"));
    }
}

#[tokio::test]
async fn an_empty_name_is_no_name() {
    let route = |span: &CurrentSpan| span.set_route("/users/{id}");
    let span = span_of(by_layer(""), named("", get("/users/7")), route).await;
    assert_eq!(span.name, "GET /users/{id}");
    let none = |layer: ServerLayer| layer.with_span_name(|_| None);
    let span = span_of(none, get("/users/7"), route).await;
    assert_eq!(span.name, "GET /users/{id}");
}

#[tokio::test]
async fn the_handler_has_the_last_word_about_the_name() {
    let before = |span: &CurrentSpan| {
        span.set_name("the user");
        span.set_route("/users/{id}");
    };
    let after = |span: &CurrentSpan| {
        span.set_matched_route("/users/{id}");
        span.set_name("the user");
    };
    for span in [
        span_of(|layer| layer, get("/users/7"), before).await,
        span_of(|layer| layer, get("/users/7"), after).await,
        span_of(
            by_layer("by layer"),
            named("by request", get("/users/7")),
            after,
        )
        .await,
    ] {
        assert_eq!(span.name, "the user");
        assert_eq!(text(&span, "http.route").as_deref(), Some("/users/{id}"));
    }
}

#[tokio::test]
async fn a_chosen_name_of_a_call_stays_when_its_method_is_unknown() {
    let nothing = |_: &CurrentSpan| {};
    let span = span_of(
        |layer| layer,
        named("mine", grpc("/made.Up/Method")),
        nothing,
    )
    .await;
    assert_eq!(span.name, "mine");
    let by_layer = |layer: ServerLayer| layer.with_span_name(|_| Some("mine".into()));
    assert_eq!(
        span_of(by_layer, grpc("/made.Up/Method"), nothing)
            .await
            .name,
        "mine"
    );
}

#[tokio::test]
async fn a_name_that_a_handler_gave_a_call_stays() {
    let name = |span: &CurrentSpan| span.set_name("mine");
    let span = span_of(|layer| layer, grpc("/a.B/C"), name).await;
    assert_eq!(span.name, "mine");
}

#[tokio::test]
async fn a_route_is_nothing_to_a_call() {
    let route = |span: &CurrentSpan| span.set_route("/users/{id}");
    let layer = |layer: ServerLayer| layer.with_grpc_methods(["a.B/C"]);
    let span = span_of(layer, grpc("/d.E/F"), route).await;
    assert_eq!(span.name, "grpc");
    assert_eq!(text(&span, "http.route"), None);
}

#[tokio::test]
async fn methods_that_were_made_known_are_names() {
    let request = |method: &'static str| {
        let mut request = get("/users/7");
        *request.method_mut() = Method::from_bytes(method.as_bytes()).expect("a method");
        request
    };
    let known = |layer: ServerLayer| layer.with_known_methods(["PURGE"]);
    let route = |span: &CurrentSpan| span.set_route("/users/{id}");
    let purge = span_of(known, request("PURGE"), route).await;
    assert_eq!(purge.name, "PURGE /users/{id}");
    assert_eq!(
        text(&purge, "http.request.method").as_deref(),
        Some("PURGE")
    );
    assert_eq!(text(&purge, "http.request.method_original"), None);
    let get = span_of(known, request("GET"), route).await;
    assert_eq!(get.name, "HTTP /users/{id}");
    assert_eq!(text(&get, "http.request.method").as_deref(), Some("_OTHER"));
    assert_eq!(
        text(&get, "http.request.method_original").as_deref(),
        Some("GET")
    );
}

#[tokio::test]
async fn query_is_a_method_that_everybody_knows() {
    let mut request = get("/users/7");
    *request.method_mut() = Method::from_bytes(b"QUERY").unwrap();
    let span = span_of(|layer| layer, request, |_| {}).await;
    assert_eq!(span.name, "QUERY");
}

#[tokio::test]
async fn the_environment_makes_methods_known() {
    let traces = Traces::new();
    let name = "OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS";
    let layer = in_environment(&traces, name, "GET,PURGE");
    for (method, expected) in [("PURGE", "PURGE"), ("POST", "_OTHER")] {
        let mut request = get("/");
        *request.method_mut() = Method::from_bytes(method.as_bytes()).unwrap();
        super::words::serve(&layer, request, scripted(204, [])).await;
        let span = traces.spans().pop().unwrap();
        let method = text(&span, "http.request.method");
        assert_eq!(method.as_deref(), Some(expected));
    }
}
