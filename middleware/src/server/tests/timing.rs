//! When a span starts, and how callers learn which span served them.

use std::convert::Infallible;
use std::time::{Duration, SystemTime};

use http::{HeaderName, HeaderValue, Request, Response};
use opentelemetry_sdk::trace::SpanData;
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::words::{serve, with};
use crate::ServerLayer;
use crate::request::StartTime;
use crate::testing::words::measures::Measures;
use crate::testing::words::{Step, TRACEPARENT, Traces, get, headers, scripted};

/// The values of `server-timing` in the answer to a request with `status`.
async fn timings(layer: &ServerLayer, request: Request<()>, status: u16) -> Vec<HeaderValue> {
    let mut response = scripted(status, [Step::Data("x")]);
    *response.headers_mut() = headers("server-timing", "db;dur=5");
    let served = serve(layer, request, response).await;
    let values = served.response.headers.get_all("server-timing");
    values.into_iter().cloned().collect()
}

fn told(span: &SpanData) -> String {
    let span = &span.span_context;
    format!("trace;desc=00-{}-{}-01", span.trace_id(), span.span_id())
}

#[tokio::test]
async fn callers_are_told_the_span_beside_what_the_service_says() {
    for status in [200, 204, 304, 404, 500] {
        let traces = Traces::new();
        let layer = traces.server().with_server_timing();
        let values = timings(&layer, get("/"), status).await;
        assert_eq!(
            values,
            ["db;dur=5".to_owned(), told(&traces.only())],
            "{status}"
        );
    }
}

#[tokio::test]
async fn callers_are_told_nothing_unless_asked_for() {
    let traces = Traces::new();
    assert_eq!(timings(&traces.server(), get("/"), 200).await, ["db;dur=5"]);
}

#[tokio::test]
async fn callers_are_told_no_span_that_is_not_recorded() {
    let traces = Traces::sampled_by(opentelemetry_sdk::trace::Sampler::AlwaysOff);
    let layer = traces.server().with_server_timing();
    let request = with(get("/"), [("traceparent", TRACEPARENT)]);
    assert_eq!(timings(&layer, request, 200).await, ["db;dur=5"]);
    // Measured or not.
    let layer = layer.with_meter_provider(&Measures::new().provider);
    assert_eq!(timings(&layer, get("/"), 200).await, ["db;dur=5"]);
}

/// A span that started `earlier` than the test did.
async fn started(layer: ServerLayer, request: Request<()>, traces: &Traces) -> SystemTime {
    serve(&layer, request, scripted(204, [])).await;
    traces.only().start_time
}

#[tokio::test]
async fn the_extension_tells_when_a_request_really_started() {
    let (traces, measures) = (Traces::new(), Measures::new());
    let earlier = SystemTime::now() - Duration::from_secs(5);
    let mut request = with(get("/"), [("x-request-start", "1512379167574")]);
    request.extensions_mut().insert(StartTime::new(earlier));
    let layer = traces.server().with_meter_provider(&measures.provider);
    let layer = layer.with_start_header(HeaderName::from_static("x-request-start"));
    assert_eq!(started(layer, request, &traces).await, earlier);
    let lasted = measures.only("http.server.request.duration").sum;
    assert!((5.0..60.0).contains(&lasted), "{lasted}");
}

#[tokio::test]
async fn a_span_lasts_from_its_start_to_the_end_of_the_body() {
    let traces = Traces::new();
    let service = traces.server().layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(Response::new(String::from("x")))
    }));
    let before = SystemTime::now();
    let response = service.oneshot(get("/")).await.unwrap();
    let head = SystemTime::now();
    http_body_util::BodyExt::collect(response.into_body())
        .await
        .unwrap();
    let span = traces.only();
    // The end is measured by the steady clock: allow for a millisecond between the two.
    let end = span.end_time + Duration::from_millis(1);
    assert!(before <= span.start_time && span.start_time <= head && head <= end);
}
