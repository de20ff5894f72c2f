//! The layer that keeps axum's own type of body, in all the places where axum takes layers.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::handler::Handler as _;
use axum::routing::get;
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body as _;
use http_body_util::{BodyExt as _, Full};
use tower::{Layer as _, Service, ServiceExt as _, service_fn};

use crate::filter::{not, path};
use crate::testing::words::{Step, Traces, assert_error, in_span, scripted, text};

async fn hello() -> &'static str {
    assert!(in_span(), "the handler runs inside the span");
    "hello"
}

async fn ask(
    service: impl Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    uri: &str,
) -> Response<Body> {
    let request = Request::get(uri).body(Body::empty());
    let answer = service.oneshot(request.expect("a valid request")).await;
    answer.expect("routers do not fail")
}

#[tokio::test]
async fn the_layer_fits_wherever_axum_takes_one() {
    let traces = Traces::new();
    let layer = traces.server().for_axum();
    let around_all = Router::new().route("/a", get(hello)).layer(layer.clone());
    let around_routes = Router::new()
        .route("/a", get(hello))
        .route_layer(layer.clone());
    let around_method = Router::new().route("/a", get(hello).layer(layer.clone()));
    let around_handler = Router::new().route("/a", get(hello.layer(layer.clone())));
    let nested = Router::new().nest("/b", around_all.clone());
    for (app, uri) in [
        (around_all, "/a"),
        (around_routes, "/a"),
        (around_method, "/a"),
        (around_handler, "/a"),
        (nested, "/b/a"),
    ] {
        let body = ask(app, uri).await.into_body();
        assert_eq!(body.collect().await.unwrap().to_bytes(), "hello");
        let span = traces.spans().pop().unwrap();
        assert_eq!(text(&span, "http.route").as_deref(), Some(uri));
        assert_error(&span, None);
    }
    assert_eq!(traces.spans().len(), 5);
    let around_router = layer.layer(Router::new().route("/a", get(hello)));
    drop(ask(around_router, "/a").await);
    assert_eq!(traces.spans().len(), 6);
}

#[tokio::test]
async fn a_body_of_axum_ends_the_span_like_any_other() {
    let steps = || [Step::Data("a"), Step::Data("b")];
    for (read_all, error) in [(true, None), (false, Some("cancelled"))] {
        let traces = Traces::new();
        let inner = service_fn(move |_: Request<Body>| async move {
            let answer = scripted(200, steps());
            Ok::<_, Infallible>(answer.map(|body| Body::new(body.map_err(|_| std::fmt::Error))))
        });
        let mut body = ask(traces.server().for_axum().layer(inner), "/")
            .await
            .into_body();
        body.frame().await.unwrap().unwrap();
        assert!(traces.spans().is_empty());
        if read_all {
            body.collect().await.unwrap();
        } else {
            drop(body);
        }
        assert_error(&traces.only(), error);
    }
}

#[tokio::test]
async fn what_is_not_traced_or_over_keeps_its_body() {
    let traces = Traces::new();
    let inner = service_fn(|_: Request<Body>| async {
        Ok::<_, Infallible>(Response::new(Body::new(Full::new(Bytes::from("four")))))
    });
    let layer = traces
        .server()
        .for_axum()
        .with_filter(not(path("/healthz")));
    let refused = ask(layer.clone().layer(inner), "/healthz")
        .await
        .into_body();
    assert_eq!(refused.size_hint().exact(), Some(4));
    assert_eq!(refused.collect().await.unwrap().to_bytes(), "four");
    assert!(traces.spans().is_empty());
    let traced = ask(layer.layer(inner), "/").await.into_body();
    assert_eq!(traced.size_hint().exact(), Some(4));
    assert_eq!(traced.collect().await.unwrap().to_bytes(), "four");
    traces.only();
}
