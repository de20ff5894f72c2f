//! Web pages that send from a browser.

use axum::body::Body;
use axum::response::Response;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
    ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
};
use http::{HeaderName, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::*;
use crate::serve::{Cors, ResponseHeaders};

fn cors(value: Value) -> Cors {
    serde_json::from_value(value).expect("the right types")
}

/// A handler that must not see preflight requests.
async fn handler(request: axum::extract::Request) -> &'static str {
    assert_ne!(request.method(), http::Method::OPTIONS);
    "taken"
}

async fn preflight(cors: &Cors, origin: &str) -> Response {
    let router = cors.layer(Router::new().fallback(handler));
    let request = Request::options("/v1/traces")
        .header(ORIGIN, origin)
        .header(ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(ACCESS_CONTROL_REQUEST_HEADERS, "content-type,x-tenant")
        .body(Body::empty())
        .expect("a request");
    router.oneshot(request).await.expect("an answer")
}

fn header(response: &Response, name: HeaderName) -> &str {
    let value = response.headers().get(name);
    value.map_or("", |value| value.to_str().expect("text"))
}

#[tokio::test]
async fn a_preflight_is_answered_for_the_origins_that_are_allowed() {
    let cases = [
        ("*", "https://any.example", true),
        ("https://shop.example", "https://shop.example", true),
        ("https://Shop.example", "https://shop.example", true),
        ("https://shop.example", "http://shop.example", false),
        ("https://shop.example", "https://shop.example.evil", false),
        ("https://*.example", "https://shop.example", true),
        ("https://*.example", "https://.example", false),
        ("https://*.example", "https://example", false),
        ("http://localhost:*", "http://localhost:8080", true),
    ];
    for (allowed, origin, expected) in cases {
        let response = preflight(&cors(json!({"allowed_origins": [allowed]})), origin).await;
        assert_eq!(response.status(), StatusCode::OK);
        let told = header(&response, ACCESS_CONTROL_ALLOW_ORIGIN);
        let answer = if allowed == "*" { "*" } else { origin };
        assert_eq!(
            told,
            if expected { answer } else { "" },
            "{allowed} {origin}"
        );
    }
}

#[tokio::test]
async fn headers_and_the_age_are_as_configured() {
    let block = cors(json!({
        "allowed_origins": ["https://a.example"],
        "allowed_headers": ["X-Tenant"],
        "exposed_headers": ["retry-after"],
        "max_age": 600,
    }));
    let response = preflight(&block, "https://a.example").await;
    let allowed = header(&response, ACCESS_CONTROL_ALLOW_HEADERS);
    assert_eq!(
        allowed,
        "accept,content-encoding,content-type,x-requested-with,x-tenant"
    );
    assert_eq!(header(&response, ACCESS_CONTROL_MAX_AGE), "600");
    let all = cors(json!({"allowed_origins": ["*"], "allowed_headers": ["*"]}));
    let response = preflight(&all, "https://a.example").await;
    let allowed = header(&response, ACCESS_CONTROL_ALLOW_HEADERS);
    assert_eq!(allowed, "content-type,x-tenant");

    let router = block.layer(Router::new().fallback(handler));
    let request = Request::post("/").header(ORIGIN, "https://a.example");
    let request = request.body(Body::empty()).expect("a request");
    let response = router.oneshot(request).await.expect("an answer");
    assert_eq!(
        header(&response, ACCESS_CONTROL_ALLOW_ORIGIN),
        "https://a.example"
    );
    assert_eq!(
        header(&response, ACCESS_CONTROL_EXPOSE_HEADERS),
        "retry-after"
    );
}

#[tokio::test]
async fn without_origins_there_is_no_cors() {
    let router = Cors::default().layer(Router::new().route("/", get(hello)));
    let request = Request::options("/").header(ORIGIN, "https://a.example");
    let request = request.body(Body::empty()).expect("a request");
    let response = router.oneshot(request).await.expect("an answer");
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(header(&response, ACCESS_CONTROL_ALLOW_ORIGIN), "");
}

#[test]
fn what_is_no_origin_or_header_is_named() {
    let wrong = cors(json!({
        "allowed_origins": ["shop.example", "https://a/b", "https://*.*", "https://ok"],
        "allowed_headers": ["*", "a b"],
        "exposed_headers": ["*"],
    }));
    let wrong = wrong.validate("protocols.http.");
    let keys: Vec<_> = wrong.iter().map(|wrong| wrong.key.as_str()).collect();
    let expected = [
        "protocols.http.cors.allowed_origins[0]",
        "protocols.http.cors.allowed_origins[1]",
        "protocols.http.cors.allowed_origins[2]",
        "protocols.http.cors.allowed_headers[1]",
    ];
    // `*` is a header name to the grammar, and "any" to browsers.
    assert_eq!(keys, expected);
}

#[tokio::test]
async fn every_answer_has_the_configured_headers() {
    let headers = json!({"strict-transport-security": "max-age=1"});
    let headers: ResponseHeaders = serde_json::from_value(headers).expect("a map");
    let router = headers.layer(Router::new().route("/", get(hello)));
    let request = Request::get("/nowhere").body(Body::empty());
    let response = router.oneshot(request.expect("a request")).await;
    let response = response.expect("an answer");
    let name = HeaderName::from_static("strict-transport-security");
    assert_eq!(
        (response.status(), header(&response, name)),
        (StatusCode::NOT_FOUND, "max-age=1")
    );
    let bad: ResponseHeaders = serde_json::from_value(json!({"content-length": "1"})).expect("map");
    assert_eq!(bad.validate("")[0].key, "response_headers.content-length");
}
