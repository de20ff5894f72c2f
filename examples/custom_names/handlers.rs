//! The handlers, some of which know better than any router what was asked.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use campanile_middleware::CurrentSpan;
use campanile_middleware::request::SpanName;

/// Named as always: method and route.
pub(crate) async fn user() -> ([(&'static str, &'static str); 1], &'static str) {
    ([("x-cache", "hit")], "seven\n")
}

/// Named by the layer, also when it fails.
pub(crate) async fn job() -> StatusCode {
    StatusCode::SERVICE_UNAVAILABLE
}

/// One path, many operations: only the handler knows which. What strangers send is looked up, so
/// that they cannot make names up.
pub(crate) async fn graphql(span: CurrentSpan, headers: HeaderMap) -> &'static str {
    let asked = headers.get("x-operation");
    let asked = asked.and_then(|value| value.to_str().ok());
    span.set_name(match asked {
        Some("cart") => "graphql cart",
        Some("search") => "graphql search",
        _ => "graphql",
    });
    "{}\n"
}

/// Finds its files itself, so no router tells the layer a route.
pub(crate) async fn files(span: CurrentSpan) -> &'static str {
    span.set_route("/files/{*path}");
    "a file\n"
}

/// Gives the requests of a monitor a name of their own, before the span starts.
pub(crate) async fn probe(mut request: Request) -> Request {
    if request.headers().contains_key("x-probe") {
        request.extensions_mut().insert(SpanName::new("probe"));
    }
    request
}
