//! HTTP attributes, names and status.

use std::convert::Infallible;

use http::{HeaderValue, Request, StatusCode, Version};
use opentelemetry::Value;
use opentelemetry::trace::SpanKind;
use opentelemetry_sdk::trace::SpanData;
use proptest::prelude::*;
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::CurrentSpan;
use crate::testing::words::{Step, Traces, assert_error, attribute, get, int, scripted, text};

/// The span of `request`, answered with `status`.
async fn span_of(request: Request<()>, status: u16) -> SpanData {
    let traces = Traces::new();
    let service = traces
        .server()
        .layer(service_fn(move |_: Request<()>| async move {
            Ok::<_, Infallible>(scripted(status, [Step::Data("x")]))
        }));
    let response = service.oneshot(request).await.unwrap();
    http_body_util::BodyExt::collect(response.into_body())
        .await
        .unwrap();
    traces.only()
}

#[tokio::test]
async fn an_ordinary_request_has_these_attributes_and_no_others() {
    let request = Request::get("/users/7?tab=a&sig=secret")
        .header("host", "shop.example:8443")
        .header("user-agent", "curl/8")
        .header("cookie", "session=secret")
        .header("authorization", "Bearer secret")
        .body(())
        .unwrap();
    let span = span_of(request, 200).await;
    assert_eq!(span.name, "GET");
    assert_eq!(span.span_kind, SpanKind::Server);
    let mut attributes: Vec<(String, Value)> = span
        .attributes
        .iter()
        .map(|kv| (kv.key.to_string(), kv.value.clone()))
        .collect();
    attributes.sort_by(|a, b| a.0.cmp(&b.0));
    let expected: [(&str, Value); 9] = [
        ("http.request.method", "GET".into()),
        ("http.response.status_code", 200.into()),
        ("network.protocol.version", "1.1".into()),
        ("server.address", "shop.example".into()),
        ("server.port", 8443.into()),
        ("url.path", "/users/7".into()),
        ("url.query", "tab=a&sig=REDACTED".into()),
        ("url.scheme", "http".into()),
        ("user_agent.original", "curl/8".into()),
    ];
    assert_eq!(
        attributes,
        expected.map(|(key, value)| (key.to_owned(), value))
    );
    assert_eq!(span.instrumentation_scope.name(), "campanile-middleware");
    let schema = span.instrumentation_scope.schema_url();
    assert_eq!(schema, Some("https://opentelemetry.io/schemas/1.44.0"));
}

#[tokio::test]
async fn what_is_absent_stays_absent() {
    let mut request = get("/?");
    request
        .headers_mut()
        .insert("user-agent", HeaderValue::from_static(""));
    let span = span_of(request, 200).await;
    for key in [
        "url.query",
        "user_agent.original",
        "server.address",
        "server.port",
        "client.address",
        "network.peer.address",
        "http.route",
        "http.request.method_original",
        "error.type",
    ] {
        assert_eq!(attribute(&span, key), None, "{key}");
    }
    assert_eq!(text(&span, "url.scheme").as_deref(), Some("http"));
}

#[tokio::test]
async fn an_unknown_method_never_becomes_a_name() {
    let request = Request::builder()
        .method("EVIL123")
        .uri("/")
        .body(())
        .unwrap();
    let span = span_of(request, 200).await;
    assert_eq!(span.name, "HTTP");
    assert_eq!(
        text(&span, "http.request.method").as_deref(),
        Some("_OTHER")
    );
    assert_eq!(
        text(&span, "http.request.method_original").as_deref(),
        Some("EVIL123")
    );
}

#[tokio::test]
async fn http_2_has_its_authority_in_the_uri() {
    let mut request = get("https://[::1]:8080/x");
    *request.version_mut() = Version::HTTP_2;
    let span = span_of(request, 200).await;
    assert_eq!(text(&span, "server.address").as_deref(), Some("::1"));
    assert_eq!(int(&span, "server.port"), Some(8080));
    assert_eq!(text(&span, "url.scheme").as_deref(), Some("https"));
    assert_eq!(
        text(&span, "network.protocol.version").as_deref(),
        Some("2")
    );
}

#[tokio::test]
async fn headers_that_are_no_text_are_left_out() {
    let mut request = get("/");
    let garbage = HeaderValue::from_bytes(b"\xff\xfe").unwrap();
    for name in ["host", "user-agent", "content-type", "traceparent"] {
        request.headers_mut().insert(name, garbage.clone());
    }
    let span = span_of(request, 200).await;
    assert_eq!(attribute(&span, "user_agent.original"), None);
    assert_eq!(attribute(&span, "server.address"), None);
}

#[tokio::test]
async fn only_a_5xx_is_an_error_of_the_server() {
    assert_error(&span_of(get("/"), 500).await, Some("500"));
    assert_error(&span_of(get("/"), 503).await, Some("503"));
    for status in [200, 302, 400, 404, 429] {
        let span = span_of(get("/"), status).await;
        assert_error(&span, None);
        assert_eq!(
            int(&span, "http.response.status_code"),
            Some(i64::from(status))
        );
    }
}

#[tokio::test]
async fn a_handler_can_set_the_route_and_attributes() {
    let traces = Traces::new();
    let service = traces
        .server()
        .layer(service_fn(|request: Request<()>| async move {
            let span = CurrentSpan::from_extensions(request.extensions()).unwrap();
            span.set_route("/users/{id}");
            span.set_attribute(opentelemetry::KeyValue::new("user.tier", "gold"));
            assert!(span.is_recording());
            Ok::<_, Infallible>(scripted(StatusCode::NO_CONTENT.as_u16(), []))
        }));
    service.oneshot(get("/users/7")).await.unwrap();
    let span = traces.only();
    assert_eq!(span.name, "GET /users/{id}");
    assert_eq!(text(&span, "http.route").as_deref(), Some("/users/{id}"));
    assert_eq!(text(&span, "user.tier").as_deref(), Some("gold"));
}

#[tokio::test]
async fn the_extensions_hold_the_context_that_is_current() {
    let traces = Traces::new();
    let service = traces
        .server()
        .layer(service_fn(|request: Request<()>| async move {
            use opentelemetry::trace::TraceContextExt as _;
            let span = CurrentSpan::from_extensions(request.extensions()).unwrap();
            let current = opentelemetry::Context::current();
            assert_eq!(&span.span_context(), current.span().span_context());
            assert_eq!(
                span.context().span().span_context(),
                current.span().span_context()
            );
            Ok::<_, Infallible>(scripted(204, []))
        }));
    service.oneshot(get("/")).await.unwrap();
    traces.only();
}

proptest! {
    #[test]
    fn whatever_is_sent_is_served_and_described(
        path in "/[!-~]{0,20}",
        values in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 6),
    ) {
        let names = ["host", "user-agent", "content-type", "traceparent", "tracestate", "baggage"];
        let Ok(mut request) = Request::get(&path).body(()) else { return Ok(()) };
        for (name, value) in names.into_iter().zip(values) {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                request.headers_mut().insert(name, value);
            }
        }
        let path = request.uri().path().to_owned();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let span = runtime.block_on(span_of(request, 200));
        prop_assert_eq!(text(&span, "url.path"), Some(path));
    }
}
