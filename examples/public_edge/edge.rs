//! The server that strangers can reach.

use std::net::IpAddr;

use axum::Router;
use axum::http::{HeaderName, header};
use axum::routing::get;
use campanile_middleware::filter::{not, path};
use campanile_middleware::opentelemetry::baggage::BaggageExt as _;
use campanile_middleware::trust::{Cidr, Trust};
use campanile_middleware::{CurrentSpan, ServerLayer};

/// The server behind `proxy`.
pub(crate) fn app(proxy: IpAddr) -> Router {
    // Networks such as "10.0.0.0/8" are read by `parse`.
    let proxies = [Cidr::from(proxy)];
    let request_id = HeaderName::from_static("x-request-id");
    let layer = ServerLayer::new()
        // Whose `traceparent` and `baggage`: others get a new trace, linked to the one they named.
        .with_trust(Trust::proxies(proxies))
        // Whose `Forwarded` and `X-Forwarded-*`.
        .with_trusted_proxies(proxies)
        // No other header is recorded, and of secrets only that they were there.
        .with_request_headers([request_id, header::AUTHORIZATION])
        // Callers learn which span served them, and can quote it when they complain.
        .with_server_timing()
        .with_filter(not(path("/healthz")));
    Router::new()
        .route("/account/{id}", get(account))
        .route("/healthz", get(async || "ok\n"))
        .layer(layer)
}

/// Answers with the baggage of the request.
async fn account(span: CurrentSpan) -> String {
    let baggage = span.context().baggage();
    if baggage.is_empty() {
        return "none".to_owned();
    }
    let members = baggage
        .iter()
        .map(|(key, (value, _))| format!("{key}={value}"));
    members.collect::<Vec<_>>().join(",")
}
