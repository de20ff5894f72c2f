//! Which route a span gets, depending on where the layer is.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::middleware::from_extractor;
use axum::routing::get;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_sdk::trace::SpanData;
use tower::{Layer as _, Service, ServiceExt as _};

use crate::CurrentSpan;
use crate::testing::words::{Traces, assert_error, in_span, int, text};

/// Sends `GET uri` and reads the response.
async fn ask<S, B>(service: S, uri: &str)
where
    S: Service<Request<Body>, Response = Response<B>>,
    S::Error: std::fmt::Debug,
    B: http_body::Body,
{
    let request = Request::get(uri)
        .body(Body::empty())
        .expect("a valid request");
    let response = service.oneshot(request).await.expect("routers do not fail");
    assert!(response.into_body().collect().await.is_ok());
}

#[track_caller]
fn assert_route(span: &SpanData, route: &str) {
    assert_eq!(
        text(span, "http.route").as_deref(),
        Some(route),
        "{span:#?}"
    );
    assert_eq!(span.name, format!("GET {route}"));
}

async fn hello() -> &'static str {
    assert!(in_span(), "the handler runs inside the span");
    "hello"
}

async fn hello_in_span(_: CurrentSpan) -> &'static str {
    "hello"
}

#[tokio::test]
async fn a_layer_inside_the_router_knows_the_route_from_the_start() {
    let traces = Traces::new();
    let app = Router::new()
        .route("/users/{id}", get(hello))
        .layer(traces.server());
    ask(app, "/users/7").await;
    let span = traces.only();
    assert_route(&span, "/users/{id}");
    assert_eq!(text(&span, "url.path").as_deref(), Some("/users/7"));
}

#[tokio::test]
async fn a_route_layer_knows_it_too() {
    let traces = Traces::new();
    let app = Router::new()
        .route("/users/{id}", get(hello))
        .route_layer(traces.server());
    ask(app, "/users/7").await;
    assert_route(&traces.only(), "/users/{id}");
}

#[tokio::test]
async fn nested_routers_give_the_whole_route() {
    let traces = Traces::new();
    let inner = Router::new().route("/users/{id}", get(hello));
    let app = Router::new()
        .nest("/api/{version}", inner)
        .layer(traces.server());
    ask(app, "/api/v1/users/7").await;
    assert_route(&traces.only(), "/api/{version}/users/{id}");
}

#[tokio::test]
async fn a_layer_on_a_nested_router_reports_the_path_that_was_asked_for() {
    let traces = Traces::new();
    let inner = Router::new()
        .route("/users/{id}", get(hello))
        .layer(traces.server());
    ask(Router::new().nest("/api", inner), "/api/users/7?q=1").await;
    let span = traces.only();
    assert_route(&span, "/api/users/{id}");
    assert_eq!(text(&span, "url.path").as_deref(), Some("/api/users/7"));
    assert_eq!(text(&span, "url.query").as_deref(), Some("q=1"));
}

#[tokio::test]
async fn the_extractor_tells_a_layer_around_the_router() {
    let traces = Traces::new();
    let app = Router::new().route("/users/{id}", get(hello_in_span));
    ask(traces.server().layer(app), "/users/7").await;
    assert_route(&traces.only(), "/users/{id}");
}

#[tokio::test]
async fn the_extractor_as_a_layer_tells_it_for_every_handler() {
    let traces = Traces::new();
    let app = Router::new()
        .route("/users/{id}", get(hello))
        .layer(from_extractor::<CurrentSpan>());
    ask(traces.server().layer(app), "/users/7").await;
    assert_route(&traces.only(), "/users/{id}");
}

#[tokio::test]
async fn a_second_layer_inside_tells_the_route_and_starts_no_span() {
    let traces = Traces::new();
    let app = Router::new()
        .route("/users/{id}", get(hello))
        .layer(traces.server());
    ask(traces.server().layer(app), "/users/7").await;
    assert_route(&traces.only(), "/users/{id}");
}

#[tokio::test]
async fn a_layer_around_nest_service_gets_the_whole_route() {
    let traces = Traces::new();
    let inner = Router::new().route("/users/{id}", get(hello_in_span));
    let app = Router::new()
        .nest_service("/api", inner)
        .layer(traces.server());
    ask(app, "/api/users/7").await;
    assert_route(&traces.only(), "/api/users/{id}");
}

#[tokio::test]
async fn a_handler_overrides_the_matched_route() {
    let traces = Traces::new();
    let handler = |span: CurrentSpan| async move { span.set_route("/files/{kind}") };
    let app = Router::new()
        .route("/files/{*path}", get(handler))
        .layer(traces.server());
    ask(app, "/files/a/b").await;
    assert_route(&traces.only(), "/files/{kind}");
}

#[tokio::test]
async fn without_a_match_there_is_no_route() {
    let traces = Traces::new();
    let app = Router::new()
        .route("/users", get(hello))
        .layer(traces.server());
    ask(app, "/nothing/here").await;
    let span = traces.only();
    assert_eq!(span.name, "GET");
    assert_eq!(text(&span, "http.route"), None);
    assert_eq!(int(&span, "http.response.status_code"), Some(404));
    assert_error(&span, None);
}

#[tokio::test]
async fn a_layer_around_the_router_works_without_the_extractor() {
    let traces = Traces::new();
    let app = Router::new().route("/users/{id}", get(hello));
    ask(traces.server().layer(app), "/users/7").await;
    assert_eq!(traces.only().name, "GET");
}

#[tokio::test]
async fn a_head_request_is_complete() {
    let traces = Traces::new();
    let app = Router::new().route("/", get(hello)).layer(traces.server());
    let request = Request::head("/").body(Body::empty()).unwrap();
    drop(app.oneshot(request).await.unwrap());
    let span = traces.only();
    assert_eq!(span.name, "HEAD /");
    assert_error(&span, None);
}

#[tokio::test]
async fn an_ipv4_peer_of_an_ipv6_socket_is_written_as_ipv4() {
    let traces = Traces::new();
    let app = Router::new().route("/", get(hello)).layer(traces.server());
    let mut request = Request::get("/").body(Body::empty()).unwrap();
    let peer: SocketAddr = "[::ffff:192.0.2.1]:5000".parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    drop(app.oneshot(request).await.unwrap());
    let span = traces.only();
    assert_eq!(text(&span, "client.address").as_deref(), Some("192.0.2.1"));
    assert_eq!(int(&span, "network.peer.port"), Some(5000));
}

#[tokio::test]
async fn the_extractor_never_rejects() {
    let handler = |span: CurrentSpan| async move {
        span.set_route("/ignored");
        assert!(!span.context().has_active_span());
    };
    ask(Router::new().route("/", get(handler)), "/").await;
}

#[tokio::test]
async fn a_panic_in_a_handler_is_reported_as_one() {
    let traces = Traces::new();
    let handler = || async {
        if in_span() {
            panic!("in the handler")
        }
    };
    let app = Router::new()
        .route("/", get(handler))
        .layer(traces.server());
    let task = tokio::spawn(ask(app, "/"));
    assert!(task.await.unwrap_err().is_panic());
    assert_error(&traces.only(), Some("panic"));
}
