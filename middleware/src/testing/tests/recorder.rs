use std::convert::Infallible;
use std::panic::AssertUnwindSafe;

use http::{Request, Response};
use opentelemetry::global;
use opentelemetry::trace::{SpanKind, Tracer as _, TracerProvider as _};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::trace::Sampler;
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::testing::Recorder;
use crate::testing::conventions::{Check, Problem};
use crate::testing::words::{Step, grpc, scripted};
use crate::{CurrentSpan, ServerLayer};

/// Serves `GET /` under `layer`, without a body.
async fn serve(layer: ServerLayer) {
    let service = layer.layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(Response::new(String::new()))
    }));
    let request = Request::get("http://a.example/").body(()).unwrap();
    drop(service.oneshot(request).await.unwrap());
}

fn names(metrics: &ResourceMetrics) -> Vec<String> {
    let metrics = metrics.scope_metrics().flat_map(|scope| scope.metrics());
    let mut names: Vec<_> = metrics.map(|metric| metric.name().to_owned()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn layers_record_spans_and_metrics_without_globals() {
    let telemetry = Recorder::new();
    assert_eq!(names(&telemetry.metrics()), [""; 0]);
    serve(telemetry.server_layer()).await;
    telemetry.assert_tree("GET [server 200]");
    telemetry.assert_conventions();
    let expected = [
        "http.server.active_requests",
        "http.server.request.duration",
    ];
    assert_eq!(names(&telemetry.metrics()), expected);
    assert_eq!(
        names(&telemetry.metrics()),
        expected,
        "looking changes nothing"
    );
    drop(global::tracer("test").start("elsewhere"));
    telemetry.assert_tree("GET [server 200]");
}

#[tokio::test]
async fn recorders_do_not_share_and_clones_do() {
    let (one, other) = (Recorder::new(), Recorder::new());
    serve(one.clone().server_layer()).await;
    one.assert_tree("GET [server 200]");
    other.assert_tree("");
    assert_eq!(names(&other.metrics()), [""; 0]);
    one.clear();
    one.assert_tree("");
    assert_eq!(names(&one.metrics()).len(), 2, "metrics go on");
}

#[tokio::test]
async fn a_sampler_decides_what_is_kept() {
    let telemetry = Recorder::with_sampler(Sampler::AlwaysOff);
    serve(telemetry.server_layer()).await;
    telemetry.assert_tree("");
    assert_eq!(names(&telemetry.metrics()).len(), 2);
}

#[tokio::test]
async fn what_the_conventions_leave_to_choice_is_a_violation_until_it_is_allowed() {
    let telemetry = Recorder::new();
    let name = http::HeaderName::from_static("x-id");
    let layer = telemetry.server_layer().with_request_headers([name]);
    let service = layer.layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(Response::new(String::new()))
    }));
    let request = Request::get("/").header("x-id", "7").body(()).unwrap();
    drop(service.oneshot(request).await.unwrap());
    let opt_in = |problem: &Problem| matches!(problem, Problem::OptIn { .. });
    assert!(telemetry.violations().iter().all(|v| opt_in(&v.problem)));
    assert_eq!(telemetry.violations().len(), 1);
    let check = Check::new().allow_opt_in("http.request.header.x-id");
    assert_eq!(telemetry.violations_of(&check), []);
}

#[tokio::test]
async fn a_failed_check_says_what_and_where() {
    let telemetry = Recorder::new();
    let service = service_fn(|request: Request<()>| async move {
        let span = CurrentSpan::from_extensions(request.extensions()).unwrap();
        span.set_attribute(opentelemetry::KeyValue::new("http.verb", "GET"));
        Ok::<_, Infallible>(Response::new(String::new()))
    });
    let service = telemetry.server_layer().layer(service);
    drop(service.oneshot(Request::new(())).await.unwrap());
    let caught = std::panic::catch_unwind(AssertUnwindSafe(|| telemetry.assert_conventions()));
    let message = caught.unwrap_err();
    assert_eq!(
        message.downcast_ref::<String>().unwrap(),
        "the conventions are violated\n\n\
         - span `GET` (Server): the conventions do not list `http.verb` here\n\n\
         spans:\nGET [server 200]"
    );
}

#[tokio::test]
async fn a_client_that_drops_its_call_keeps_the_conventions() {
    let telemetry = Recorder::new();
    let client = telemetry
        .client_layer()
        .layer(service_fn(|_: Request<()>| async {
            Ok::<_, Infallible>(scripted(200, [Step::Data("m")]))
        }));
    drop(
        client
            .oneshot(grpc("http://a.example/pkg.Users/Get"))
            .await
            .unwrap(),
    );
    telemetry.assert_tree("pkg.Users/Get [client CANCELLED]");
    telemetry.assert_conventions();
    let strict = telemetry.violations_of(&Check::new());
    assert_eq!(strict.len(), 3, "span twice, metric once: {strict:?}");
}

#[test]
fn spans_of_other_protocols_are_not_looked_at() {
    let telemetry = Recorder::new();
    let tracer = telemetry.tracer_provider().tracer("database");
    let builder = tracer.span_builder("SELECT").with_kind(SpanKind::Client);
    drop(builder.start(&tracer));
    telemetry.assert_conventions();
}
