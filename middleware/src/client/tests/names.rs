//! Names and templates of requests, by the request and by the layer.

use std::borrow::Cow;

use http::{HeaderName, Method, Request};
use opentelemetry::{Array, Value};
use opentelemetry_sdk::trace::SpanData;

use super::words::{in_environment, send};
use crate::ClientLayer;
use crate::request::{SpanName, UrlTemplate};
use crate::testing::words::measures::Measures;
use crate::testing::words::{Traces, attribute, get, grpc, headers, int, scripted, text};

async fn span_of(change: impl Fn(ClientLayer) -> ClientLayer, request: Request<()>) -> SpanData {
    let traces = Traces::new();
    send(change(traces.client()), request, scripted(200, [])).await;
    traces.only()
}

fn made_from(template: &'static str, uri: &str) -> Request<()> {
    let mut request = get(uri);
    request.extensions_mut().insert(UrlTemplate::new(template));
    request
}

fn by_layer(layer: ClientLayer) -> ClientLayer {
    layer.with_url_template(|request| {
        let is_user = request.path().starts_with("/users/");
        is_user.then_some(Cow::Borrowed("/by-layer/{id}"))
    })
}

#[tokio::test]
async fn a_template_is_the_second_half_of_the_name_and_an_attribute() {
    let by_request = made_from("/users/{id}", "http://h/users/7");
    for (span, template) in [
        (
            span_of(|layer| layer, by_request.clone()).await,
            "/users/{id}",
        ),
        (span_of(by_layer, by_request).await, "/users/{id}"),
        (
            span_of(by_layer, get("http://h/users/7")).await,
            "/by-layer/{id}",
        ),
        (
            span_of(by_layer, made_from("", "http://h/users/7")).await,
            "/by-layer/{id}",
        ),
    ] {
        assert_eq!(span.name, format!("GET {template}"));
        assert_eq!(text(&span, "url.template").as_deref(), Some(template));
        let url = text(&span, "url.full");
        assert_eq!(url.as_deref(), Some("http://h/users/7"));
    }
    let span = span_of(by_layer, get("http://h/others")).await;
    assert_eq!(span.name, "GET");
    assert_eq!(attribute(&span, "url.template"), None);
}

#[tokio::test]
async fn a_template_tells_series_apart() {
    let measures = Measures::new();
    let layer = Traces::new()
        .client()
        .with_meter_provider(&measures.provider);
    send(
        layer,
        made_from("/users/{id}", "http://h/users/7"),
        scripted(200, []),
    )
    .await;
    for name in [
        "http.client.request.duration",
        "http.client.active_requests",
    ] {
        let series = measures.only(name).attributes;
        assert_eq!(series["url.template"], "/users/{id}".into(), "{name}");
    }
}

#[tokio::test]
async fn a_chosen_name_wins_over_the_template() {
    let named = |layer: ClientLayer| by_layer(layer).with_span_name(|_| Some("by layer".into()));
    let span = span_of(named, get("http://h/users/7")).await;
    assert_eq!(span.name, "by layer");
    assert_eq!(
        text(&span, "url.template").as_deref(),
        Some("/by-layer/{id}")
    );
    let mut request = get("http://h/users/7");
    request.extensions_mut().insert(SpanName::new("by request"));
    assert_eq!(span_of(named, request).await.name, "by request");
    let mut call = grpc("http://h/a.B/C");
    call.extensions_mut().insert(SpanName::new("by request"));
    assert_eq!(span_of(|layer| layer, call).await.name, "by request");
    let mut request = get("http://h/users/7");
    request.extensions_mut().insert(SpanName::new(""));
    assert_eq!(span_of(by_layer, request).await.name, "GET /by-layer/{id}");
}

#[tokio::test]
async fn an_unknown_method_is_no_name() {
    let mut request = made_from("/users/{id}", "http://h/users/7");
    *request.method_mut() = Method::from_bytes(b"PURGE").unwrap();
    let span = span_of(|layer| layer, request.clone()).await;
    assert_eq!(span.name, "HTTP /users/{id}");
    assert_eq!(
        text(&span, "http.request.method").as_deref(),
        Some("_OTHER")
    );
    let original = text(&span, "http.request.method_original");
    assert_eq!(original.as_deref(), Some("PURGE"));
    let known = |layer: ClientLayer| layer.with_known_methods(["PURGE"]);
    assert_eq!(span_of(known, request).await.name, "PURGE /users/{id}");
}

#[tokio::test]
async fn what_is_left_to_choice_is_asked_for_by_name() {
    let request = || {
        let mut request = get("https://h/users/7");
        let headers = request.headers_mut();
        headers.insert("user-agent", "synthetic/1".parse().expect("a value"));
        headers.insert("content-length", "12".parse().expect("a value"));
        headers.insert("authorization", "Bearer s3cr3t".parse().expect("a value"));
        request
    };
    let keys = [
        "url.scheme",
        "user_agent.original",
        "user_agent.synthetic.type",
        "http.request.body.size",
        "http.request.header.authorization",
    ];
    let plain = span_of(|layer| layer, request()).await;
    for key in keys {
        assert_eq!(attribute(&plain, key), None, "{key}");
    }
    let span = span_of(|layer| layer.with_request_attributes(keys), request()).await;
    assert_eq!(text(&span, "url.scheme").as_deref(), Some("https"));
    assert_eq!(
        text(&span, "user_agent.original").as_deref(),
        Some("synthetic/1")
    );
    assert_eq!(
        text(&span, "user_agent.synthetic.type").as_deref(),
        Some("test")
    );
    assert_eq!(int(&span, "http.request.body.size"), Some(12));
    assert!(attribute(&span, "http.request.header.authorization").is_some());
    assert!(!format!("{span:?}").contains("s3cr3t"));
}

#[tokio::test]
async fn headers_of_both_directions_are_captured_by_name() {
    let capturing = |layer: ClientLayer| {
        let layer = layer.with_request_headers([HeaderName::from_static("x-tenant")]);
        layer.with_response_headers([HeaderName::from_static("x-cost")])
    };
    for (request, keys) in [
        (
            get("http://h/"),
            [
                "http.request.header.x-tenant",
                "http.response.header.x-cost",
            ],
        ),
        (
            grpc("http://h/a.B/C"),
            [
                "rpc.request.metadata.x-tenant",
                "rpc.response.metadata.x-cost",
            ],
        ),
    ] {
        let traces = Traces::new();
        let mut request = request;
        request.headers_mut().extend(headers("x-tenant", "7"));
        let mut response = scripted(200, []);
        *response.headers_mut() = headers("x-cost", "3");
        send(capturing(traces.client()), request, response).await;
        let span = traces.only();
        for (key, value) in keys.into_iter().zip(["7", "3"]) {
            let expected = Value::Array(Array::String(vec![value.into()]));
            assert_eq!(attribute(&span, key), Some(expected), "{key}");
        }
    }
}

#[tokio::test]
async fn own_sensitive_keys_replace_the_default_ones() {
    let own = |layer: ClientLayer| layer.with_sensitive_query_keys(["token"]);
    let span = span_of(own, get("http://h/?token=s3cr3t&sig=x")).await;
    let url = text(&span, "url.full");
    assert_eq!(url.as_deref(), Some("http://h/?token=REDACTED&sig=x"));
}

#[tokio::test]
async fn the_conventions_before_are_followed_on_request() {
    let traces = Traces::new();
    let layer = in_environment(&traces, "OTEL_SEMCONV_STABILITY_OPT_IN", "http/dup");
    send(
        layer,
        get("http://u:p@h:81/users?sig=s3cr3t"),
        scripted(200, []),
    )
    .await;
    let span = traces.only();
    assert_eq!(text(&span, "http.method").as_deref(), Some("GET"));
    assert_eq!(text(&span, "net.peer.name").as_deref(), Some("h"));
    assert_eq!(int(&span, "net.peer.port"), Some(81));
    assert_eq!(int(&span, "http.status_code"), Some(200));
    assert_eq!(attribute(&span, "http.target"), None);
    let url = text(&span, "http.url");
    assert_eq!(
        url.as_deref(),
        Some("http://REDACTED:REDACTED@h:81/users?sig=REDACTED")
    );
}
