//! gRPC served through the same layer.

use std::convert::Infallible;

use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use opentelemetry_sdk::trace::SpanData;
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::testing::words::measures::Measures;
use crate::testing::words::{
    Script, Step, Traces, assert_error, grpc, headers, int, scripted, text,
};

/// The span of a call answered with these headers and this body.
async fn span_of(status: u16, head: HeaderMap, steps: Vec<Step>) -> SpanData {
    let traces = Traces::new();
    let service = traces.server().layer(service_fn(move |_: Request<()>| {
        let mut response = scripted(status, steps.clone());
        response.headers_mut().extend(head.clone());
        async move { Ok::<_, Infallible>(response) }
    }));
    let request = grpc("http://orders.example:50051/shop.Orders/Place?x=1");
    let response = service.oneshot(request).await.unwrap();
    response.into_body().collect().await.unwrap();
    traces.only()
}

fn code(span: &SpanData) -> Option<String> {
    text(span, "rpc.response.status_code")
}

#[tokio::test]
async fn a_call_is_described_by_the_rpc_conventions() {
    let steps = vec![Step::Data("m"), Step::Trailers(headers("grpc-status", "0"))];
    let span = span_of(200, HeaderMap::new(), steps).await;
    assert_eq!(span.name, "shop.Orders/Place");
    assert_eq!(text(&span, "rpc.system.name").as_deref(), Some("grpc"));
    assert_eq!(
        text(&span, "rpc.method").as_deref(),
        Some("shop.Orders/Place")
    );
    assert_eq!(
        text(&span, "server.address").as_deref(),
        Some("orders.example")
    );
    assert_eq!(int(&span, "server.port"), Some(50051));
    assert_eq!(code(&span).as_deref(), Some("OK"));
    assert_error(&span, None);
    assert!(
        span.attributes
            .iter()
            .all(|kv| !kv.key.as_str().starts_with("http."))
    );
    assert!(
        span.attributes
            .iter()
            .all(|kv| !kv.key.as_str().starts_with("url."))
    );
}

#[tokio::test]
async fn a_status_in_the_trailers_counts() {
    let steps = vec![
        Step::Data("m"),
        Step::Trailers(headers("grpc-status", "13")),
    ];
    let span = span_of(200, HeaderMap::new(), steps).await;
    assert_eq!(code(&span).as_deref(), Some("INTERNAL"));
    assert_error(&span, Some("INTERNAL"));
}

#[tokio::test]
async fn a_status_in_the_headers_counts() {
    let span = span_of(200, headers("grpc-status", "5"), vec![]).await;
    assert_eq!(code(&span).as_deref(), Some("NOT_FOUND"));
    assert_error(&span, None);
    let span = span_of(200, headers("grpc-status", "12"), vec![]).await;
    assert_error(&span, Some("UNIMPLEMENTED"));
}

#[tokio::test]
async fn trailers_without_a_status_leave_that_of_the_headers() {
    let steps = vec![Step::Trailers(headers("x-cost", "3"))];
    let span = span_of(200, headers("grpc-status", "5"), steps).await;
    assert_eq!(code(&span).as_deref(), Some("NOT_FOUND"));
}

#[tokio::test]
async fn without_a_status_the_http_code_decides() {
    let span = span_of(200, HeaderMap::new(), vec![Step::Data("m")]).await;
    assert_eq!(code(&span).as_deref(), Some("UNKNOWN"));
    assert_error(&span, Some("UNKNOWN"));
    let span = span_of(StatusCode::FORBIDDEN.as_u16(), HeaderMap::new(), vec![]).await;
    assert_eq!(code(&span).as_deref(), Some("PERMISSION_DENIED"));
    assert_error(&span, None);
}

#[tokio::test]
async fn a_caller_that_cancels_is_no_error_of_the_server() {
    let traces = Traces::new();
    let service = traces.server().layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(scripted(200, [Step::Data("m"), Step::Data("m")]))
    }));
    let mut body = service.oneshot(grpc("/a.B/C")).await.unwrap().into_body();
    body.frame().await.unwrap().unwrap();
    drop(body);
    let span = traces.only();
    assert_eq!(code(&span).as_deref(), Some("CANCELLED"));
    assert_error(&span, None);
}

#[tokio::test]
async fn a_path_that_names_no_method_is_not_a_name() {
    let traces = Traces::new();
    let service = traces.server().layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(scripted(404, []))
    }));
    drop(service.oneshot(grpc("/wp-login.php")).await.unwrap());
    let span = traces.only();
    assert_eq!(span.name, "grpc");
    assert_eq!(text(&span, "rpc.method").as_deref(), Some("_OTHER"));
    assert_eq!(
        text(&span, "rpc.method_original").as_deref(),
        Some("wp-login.php")
    );
}

#[tokio::test]
async fn a_method_that_nobody_serves_gives_no_name() {
    let traces = Traces::new();
    let service = traces.server().layer(service_fn(|_: Request<()>| async {
        let mut response = scripted(200, []);
        *response.headers_mut() = headers("grpc-status", "12");
        Ok::<_, Infallible>(response)
    }));
    drop(service.oneshot(grpc("/made.Up/Method")).await.unwrap());
    let span = traces.only();
    assert_eq!(span.name, "grpc");
    assert_error(&span, Some("UNIMPLEMENTED"));
}

#[tokio::test]
async fn a_server_that_knows_its_methods_names_no_other() {
    let traces = Traces::new();
    let layer = traces.server().with_grpc_methods(["pkg.Users/Get"]);
    for path in ["/pkg.Users/Get", "/made.Up/Method"] {
        let service = layer.clone().layer(service_fn(|_: Request<()>| async {
            Ok::<_, Infallible>(scripted(200, []))
        }));
        drop(service.oneshot(grpc(path)).await.unwrap());
    }
    assert_eq!(
        text(&traces.named("pkg.Users/Get"), "rpc.method_original"),
        None
    );
    let other = traces.named("grpc");
    assert_eq!(text(&other, "rpc.method").as_deref(), Some("_OTHER"));
    let original = text(&other, "rpc.method_original");
    assert_eq!(original.as_deref(), Some("made.Up/Method"));
}

#[tokio::test]
async fn a_call_that_is_dropped_after_its_deadline_has_exceeded_it() {
    for (timeout, status) in [("1n", "DEADLINE_EXCEEDED"), ("1H", "CANCELLED")] {
        let traces = Traces::new();
        let mut request = grpc("/pkg.Users/Get");
        request
            .headers_mut()
            .extend(headers("grpc-timeout", timeout));
        let mut service = traces.server().layer(service_fn(|_: Request<()>| {
            std::future::pending::<Result<http::Response<Script>, Infallible>>()
        }));
        drop(tower::Service::call(&mut service, request));
        let span = traces.only();
        let found = text(&span, "rpc.response.status_code");
        assert_eq!(found.as_deref(), Some(status));
        assert_error(&span, (timeout == "1n").then_some(status));
    }
}

#[tokio::test]
async fn what_looks_like_a_call_is_no_error_of_a_server_that_serves_none() {
    let table = [
        (200, "OK", None),
        (400, "INVALID_ARGUMENT", None),
        (404, "NOT_FOUND", None),
        (405, "FAILED_PRECONDITION", None),
        (500, "INTERNAL", Some("INTERNAL")),
        (503, "UNAVAILABLE", Some("UNAVAILABLE")),
    ];
    for (status, name, error) in table {
        let (traces, measures) = (Traces::new(), Measures::new());
        let layer = traces.server().with_meter_provider(&measures.provider);
        let service = layer.layer(service_fn(move |_: Request<()>| async move {
            let mut response = scripted(status, [Step::Data("fine")]);
            response.headers_mut().clear();
            Ok::<_, Infallible>(response)
        }));
        let response = service.oneshot(grpc("/made.Up/Method")).await.unwrap();
        response.into_body().collect().await.unwrap();
        let span = traces.only();
        assert_eq!(span.name, "grpc");
        assert_eq!(text(&span, "rpc.method").as_deref(), Some("_OTHER"));
        assert_eq!(code(&span).as_deref(), Some(name));
        assert_error(&span, error);
        let measured = measures.only("rpc.server.call.duration");
        assert_eq!(measured.attributes["rpc.method"], "_OTHER".into());
    }
}

#[tokio::test]
async fn a_handler_that_panics_has_a_name_before_any_has_answered() {
    let traces = Traces::new();
    let mut service = traces.server().layer(service_fn(
        |_: Request<()>| -> std::future::Ready<Result<http::Response<Script>, Infallible>> {
            panic!("as the test wants")
        },
    ));
    let call = || drop(tower::Service::call(&mut service, grpc("/real.But/New")));
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)).unwrap_err();
    let span = traces.only();
    assert_eq!(span.name, "real.But/New");
    assert_eq!(text(&span, "rpc.method").as_deref(), Some("real.But/New"));
}
