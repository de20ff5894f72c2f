//! What is recorded only where it was asked for, and how secrets are kept out of it.

use http::{HeaderName, HeaderValue, Request};
use opentelemetry::{Array, StringValue, Value};
use opentelemetry_sdk::trace::SpanData;

use super::words::{in_environment, serve, with};
use crate::ServerLayer;
use crate::testing::words::{Traces, attribute, get, grpc, int, scripted, text};

fn names<const N: usize>(names: [&'static str; N]) -> [HeaderName; N] {
    names.map(HeaderName::from_static)
}

async fn span_of(change: impl Fn(ServerLayer) -> ServerLayer, request: Request<()>) -> SpanData {
    let traces = Traces::new();
    let mut response = scripted(200, []);
    for (name, value) in [
        ("x-cost", "3"),
        ("set-cookie", "id=s3cr3t"),
        ("x-cost", "4"),
    ] {
        response
            .headers_mut()
            .append(name, HeaderValue::from_static(value));
    }
    serve(&change(traces.server()), request, response).await;
    traces.only()
}

/// The list in the attribute `key`; a single text is no list.
#[track_caller]
fn list(span: &SpanData, key: &str) -> Option<Vec<String>> {
    attribute(span, key).map(|value| match value {
        Value::Array(Array::String(texts)) => texts.iter().map(StringValue::to_string).collect(),
        other => panic!("{key} is {other:?}"),
    })
}

fn captured(span: &SpanData) -> Vec<&str> {
    let keys = span.attributes.iter().map(|kv| kv.key.as_str());
    let kinds = [".header.", ".metadata."];
    keys.filter(|key| kinds.iter().any(|kind| key.contains(kind)))
        .collect()
}

#[tokio::test]
async fn no_header_is_captured_unless_it_was_asked_for() {
    let request = with(
        get("/"),
        [("x-tenant", "7"), ("authorization", "Bearer s3cr3t")],
    );
    let span = span_of(|layer| layer, request).await;
    assert!(captured(&span).is_empty());
    assert!(!format!("{span:?}").contains("s3cr3t"));
}

#[tokio::test]
async fn the_headers_on_the_list_are_lists_of_texts() {
    let request = with(
        get("/"),
        [("x-tenant", "7"), ("x-tenant", "8"), ("x-other", "9")],
    );
    let ask = |layer: ServerLayer| {
        let layer = layer.with_request_headers(names(["x-tenant", "x-absent"]));
        layer.with_response_headers(names(["x-cost"]))
    };
    let span = span_of(ask, request).await;
    let tenants = list(&span, "http.request.header.x-tenant").unwrap();
    assert_eq!(tenants, ["7", "8"]);
    let costs = list(&span, "http.response.header.x-cost").unwrap();
    assert_eq!(costs, ["3", "4"]);
    assert_eq!(captured(&span).len(), 2);
}

#[tokio::test]
async fn headers_of_a_call_are_its_metadata() {
    let ask = |layer: ServerLayer| {
        let layer = layer.with_request_headers(names(["x-tenant"]));
        layer.with_response_headers(names(["x-cost"]))
    };
    let span = span_of(ask, with(grpc("/a.B/C"), [("x-tenant", "7")])).await;
    assert_eq!(list(&span, "rpc.request.metadata.x-tenant").unwrap(), ["7"]);
    assert_eq!(
        list(&span, "rpc.response.metadata.x-cost").unwrap(),
        ["3", "4"]
    );
    assert_eq!(captured(&span).len(), 2);
}

#[tokio::test]
async fn credentials_are_known_to_have_been_there_and_no_more() {
    let mut request = with(
        get("/"),
        [
            ("authorization", "Bearer s3cr3t"),
            ("cookie", "id=s3cr3t"),
            ("proxy-authorization", "Basic s3cr3t"),
        ],
    );
    let mut sensitive = HeaderValue::from_static("s3cr3t");
    sensitive.set_sensitive(true);
    request.headers_mut().insert("x-key", sensitive);
    let ask = |layer: ServerLayer| {
        let secrets = names(["authorization", "cookie", "proxy-authorization", "x-key"]);
        let layer = layer.with_request_headers(secrets);
        layer.with_response_headers(names(["set-cookie"]))
    };
    let span = span_of(ask, request).await;
    assert!(!format!("{span:?}").contains("s3cr3t"));
    assert_eq!(captured(&span).len(), 5);
    for key in captured(&span) {
        assert_eq!(list(&span, key).unwrap(), ["REDACTED"], "{key}");
    }
}

#[tokio::test]
async fn what_is_captured_has_bounds() {
    let mut request = get("/");
    let headers = request.headers_mut();
    for number in 0..100 {
        let name = format!("x-{number:03}").parse::<HeaderName>().unwrap();
        headers.append(name, HeaderValue::from(number));
        headers.append("x-000", HeaderValue::from(number));
    }
    headers.insert("x-001", "y".repeat(5000).parse().unwrap());
    let all = || (0..100).map(|number| format!("x-{number:03}").parse::<HeaderName>().unwrap());
    let span = span_of(|layer| layer.with_request_headers(all()), request).await;
    assert_eq!(captured(&span).len(), 64);
    assert_eq!(list(&span, "http.request.header.x-000").unwrap().len(), 16);
    assert_eq!(
        list(&span, "http.request.header.x-001").unwrap(),
        ["y".repeat(1024)]
    );
}

#[tokio::test]
async fn what_is_no_text_is_not_captured() {
    let mut request = with(get("/"), [("x-tenant", "7")]);
    let garbage = HeaderValue::from_bytes(b"\xff").unwrap();
    request.headers_mut().append("x-tenant", garbage.clone());
    request.headers_mut().insert("x-garbage", garbage);
    let ask = |layer: ServerLayer| layer.with_request_headers(names(["x-tenant", "x-garbage"]));
    let span = span_of(ask, request).await;
    assert_eq!(list(&span, "http.request.header.x-tenant").unwrap(), ["7"]);
    assert_eq!(captured(&span).len(), 1);
}

#[tokio::test]
async fn an_unsampled_request_has_nothing_captured_and_is_served() {
    let traces = Traces::new();
    let unsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    let request = with(get("/"), [("traceparent", unsampled), ("x-tenant", "7")]);
    let layer = traces.server().with_request_headers(names(["x-tenant"]));
    let served = serve(&layer, request, scripted(200, [])).await;
    assert_eq!(served.response.status, 200);
    assert!(traces.spans().is_empty());
}

#[tokio::test]
async fn attributes_that_are_left_to_choice_are_asked_for_by_name() {
    let request = || {
        let headers = [
            ("content-length", "12"),
            ("user-agent", "Googlebot/2.1"),
            ("x-tenant", "7"),
            ("x-region", "eu"),
        ];
        with(get("/"), headers)
    };
    let keys = [
        "http.request.body.size",
        "user_agent.synthetic.type",
        "http.request.header.x-tenant",
    ];
    let plain = span_of(|layer| layer, request()).await;
    for key in keys {
        assert_eq!(attribute(&plain, key), None, "{key}");
    }
    let ask = |layer: ServerLayer| {
        let layer = layer.with_request_headers(names(["x-region"]));
        layer.with_request_attributes(keys.into_iter().chain(["made.up", ""]))
    };
    let span = span_of(ask, request()).await;
    assert_eq!(int(&span, "http.request.body.size"), Some(12));
    let synthetic = text(&span, "user_agent.synthetic.type");
    assert_eq!(synthetic.as_deref(), Some("bot"));
    assert_eq!(list(&span, "http.request.header.x-tenant").unwrap(), ["7"]);
    assert_eq!(list(&span, "http.request.header.x-region").unwrap(), ["eu"]);
    assert_eq!(span.attributes.len(), plain.attributes.len() + 4);
}

#[tokio::test]
async fn own_sensitive_keys_replace_the_default_ones() {
    let ask = |layer: ServerLayer| layer.with_sensitive_query_keys(["token"]);
    let span = span_of(ask, get("/?token=s3cr3t&sig=x")).await;
    let query = text(&span, "url.query");
    assert_eq!(query.as_deref(), Some("token=REDACTED&sig=x"));
}

#[tokio::test]
async fn the_environment_names_headers_and_the_layer_others() {
    let traces = Traces::new();
    let name = "OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_REQUEST_HEADERS";
    let request = || with(get("/"), [("x-tenant", "7"), ("x-region", "eu")]);
    let layer = in_environment(&traces, name, "X-Tenant");
    serve(&layer, request(), scripted(204, [])).await;
    let told = layer.with_request_headers(names(["x-region"]));
    serve(&told, request(), scripted(204, [])).await;
    let spans = traces.spans();
    assert_eq!(captured(&spans[0]), ["http.request.header.x-tenant"]);
    assert_eq!(captured(&spans[1]), ["http.request.header.x-region"]);
}
