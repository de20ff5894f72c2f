//! Timeouts, deadlines and clients that let go.

use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;

use http::{Request, Response};
use http_body_util::BodyExt as _;
use opentelemetry_sdk::trace::SpanData;
use tower::timeout::{Timeout, TimeoutLayer};
use tower::{BoxError, Layer as _, Service, ServiceExt as _, service_fn};

use crate::testing::words::measures::Measures;
use crate::testing::words::{
    Script, Step, Traces, assert_error, get, grpc, headers, int, scripted, text,
};

const SECOND: Duration = Duration::from_secs(1);

/// A service that never answers.
fn silent() -> impl Service<
    Request<()>,
    Response = Response<Script>,
    Error = Infallible,
    Future = std::future::Pending<Result<Response<Script>, Infallible>>,
> + Clone {
    service_fn(|_: Request<()>| pending::<Result<Response<Script>, Infallible>>())
}

/// Asserts how the only request was measured.
#[track_caller]
fn assert_measured(measures: &Measures, error: Option<&str>) {
    assert_eq!(measures.only("http.client.active_requests").sum, 0.0);
    let series = measures.only("http.client.request.duration");
    let found = series.attributes.get("error.type").map(ToString::to_string);
    assert_eq!((series.count, found.as_deref()), (1, error));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_inside_is_an_error_of_the_request() {
    let (traces, measures) = (Traces::new(), Measures::new());
    let layer = traces.client().with_meter_provider(&measures.provider);
    let service = layer.layer(Timeout::new(silent(), SECOND));
    let error: BoxError = service.oneshot(get("http://h/")).await.unwrap_err();
    assert!(error.is::<tower::timeout::error::Elapsed>());
    // The error is boxed, so its type cannot be told.
    assert_error(&traces.only(), Some("_OTHER"));
    assert_measured(&measures, Some("_OTHER"));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_outside_lets_go_which_is_no_error() {
    let (traces, measures) = (Traces::new(), Measures::new());
    let layer = traces.client().with_meter_provider(&measures.provider);
    let service = TimeoutLayer::new(SECOND).layer(layer.layer(silent()));
    service.oneshot(get("http://h/")).await.unwrap_err();
    let span = traces.only();
    assert_error(&span, None);
    assert_eq!(int(&span, "http.response.status_code"), None);
    assert_measured(&measures, None);
}

#[tokio::test]
async fn what_the_response_said_counts_although_it_was_let_go() {
    for (status, error) in [(200, None), (404, Some("404")), (503, Some("503"))] {
        let (traces, measures) = (Traces::new(), Measures::new());
        let layer = traces.client().with_meter_provider(&measures.provider);
        let service = layer.layer(service_fn(move |_: Request<()>| async move {
            Ok::<_, Infallible>(scripted(status, [Step::Data("a"), Step::Data("b")]))
        }));
        let mut body = service.oneshot(get("http://h/")).await.unwrap().into_body();
        body.frame().await.unwrap().unwrap();
        assert!(traces.spans().is_empty(), "the body may still be read");
        drop(body);
        assert_error(&traces.only(), error);
        assert_measured(&measures, error);
    }
}

/// The span of a call with `timeout` that is let go at once.
fn let_go(timeout: &'static str, measures: &Measures) -> SpanData {
    let traces = Traces::new();
    let layer = traces.client().with_meter_provider(&measures.provider);
    let mut request = grpc("http://h:1/a.B/C");
    let deadline = headers("grpc-timeout", timeout);
    request.headers_mut().extend(deadline);
    drop(layer.layer(silent()).call(request));
    traces.only()
}

#[test]
fn a_call_that_is_let_go_after_its_deadline_has_exceeded_it() {
    for (timeout, status, error) in [
        ("1n", "DEADLINE_EXCEEDED", Some("DEADLINE_EXCEEDED")),
        ("1H", "CANCELLED", None),
        ("soon", "CANCELLED", None),
    ] {
        let measures = Measures::new();
        let span = let_go(timeout, &measures);
        let found = text(&span, "rpc.response.status_code");
        assert_eq!(found.as_deref(), Some(status));
        assert_error(&span, error);
        let series = measures.only("rpc.client.call.duration").attributes;
        assert_eq!(series["rpc.response.status_code"], status.into());
        assert_eq!(series.get("error.type").cloned(), error.map(Into::into));
    }
}

#[tokio::test]
async fn an_answer_after_the_deadline_is_what_it_says() {
    let traces = Traces::new();
    let service = traces.client().layer(service_fn(|_: Request<()>| async {
        let trailers = Step::Trailers(headers("grpc-status", "0"));
        Ok::<_, Infallible>(scripted(200, [trailers]))
    }));
    let mut request = grpc("http://h:1/a.B/C");
    request.headers_mut().extend(headers("grpc-timeout", "1n"));
    let response = service.oneshot(request).await.unwrap();
    response.into_body().collect().await.unwrap();
    assert_error(&traces.only(), None);
}

#[tokio::test]
async fn a_call_that_a_proxy_refuses_is_no_cancellation() {
    for (status, name) in [(502, "UNAVAILABLE"), (401, "UNAUTHENTICATED")] {
        let traces = Traces::new();
        let service = traces
            .client()
            .layer(service_fn(move |_: Request<()>| async move {
                Ok::<_, Infallible>(scripted(status, [Step::Data("a page"), Step::Data("more")]))
            }));
        // tonic has seen enough, and lets go of the page.
        drop(service.oneshot(grpc("http://h/a.B/C")).await.unwrap());
        let span = traces.only();
        let found = text(&span, "rpc.response.status_code");
        assert_eq!(found.as_deref(), Some(name));
        assert_error(&span, Some(name));
    }
}
