//! Whom the context is told, and whom not.

use campanile_propagation::Propagator;
use http::{HeaderMap, Request};
use opentelemetry::Context;
use opentelemetry::KeyValue;
use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::{FutureExt as _, TraceContextExt as _, Tracer as _};

use super::words::{in_environment, send};
use crate::ClientLayer;
use crate::filter::{host, not};
use crate::request::{NoPropagation, Suppress};
use crate::testing::words::measures::Measures;
use crate::testing::words::{TRACEPARENT, Traces, get, grpc, headers, scripted, text};

const CONTEXT: [&str; 3] = ["traceparent", "tracestate", "baggage"];

/// A request that already has the context of somebody else.
fn stale(uri: &str) -> Request<()> {
    let mut request = get(uri);
    for (name, value) in [
        ("traceparent", TRACEPARENT),
        ("traceparent", TRACEPARENT),
        ("tracestate", "stale=1"),
        ("baggage", "stale=1"),
        ("x-tenant", "7"),
    ] {
        let value = http::HeaderValue::from_static(value);
        request.headers_mut().append(name, value);
    }
    request
}

/// What is sent to `uri` where a span and baggage are current.
async fn sent(traces: &Traces, layer: ClientLayer, request: Request<()>) -> HeaderMap {
    let cx = Context::new()
        .with_span(traces.tracer().start("parent"))
        .with_baggage([KeyValue::new("tenant", "8")]);
    send(layer, request, scripted(204, []))
        .with_context(cx)
        .await
}

#[track_caller]
fn assert_told(headers: &HeaderMap, is_told: bool) {
    if is_told {
        assert_eq!(headers.get_all("traceparent").iter().count(), 1);
        assert_ne!(headers["traceparent"], TRACEPARENT);
        assert_eq!(headers["baggage"], "tenant=8");
    } else {
        for name in CONTEXT {
            assert!(!headers.contains_key(name), "{name}: {headers:?}");
        }
    }
    let all = format!("{headers:?}");
    assert!(!all.contains("stale"), "{all}");
}

#[tokio::test]
async fn everybody_is_told_and_what_was_there_before_is_replaced() {
    let traces = Traces::new();
    let sent = sent(&traces, traces.client(), stale("http://anywhere.example/")).await;
    assert_told(&sent, true);
    assert_eq!(sent["x-tenant"], "7");
}

#[tokio::test]
async fn the_propagator_decides_which_headers_are_written() {
    let traces = Traces::new();
    let layer = traces.client().with_propagator(Propagator::none());
    let sent = sent(&traces, layer, get("http://h/")).await;
    assert!(sent.is_empty(), "{sent:?}");
    traces.named("GET");
}

#[tokio::test]
async fn only_allowed_hosts_are_told_and_all_are_traced() {
    for (uri, is_told) in [
        ("http://api.svc.cluster.local/", true),
        ("http://API.svc.Cluster.local:8080/", true),
        ("http://10.0.7.7/", true),
        ("http://[fd00::1]:8080/", true),
        ("http://10.0.evil.example/", false),
        ("http://10.1.7.7/", false),
        ("http://third-party.example/", false),
        ("http://svc.cluster.local.evil.example/", false),
        ("http://user@third-party.example/", false),
        // A request whose host is not known may go anywhere.
        ("/", false),
    ] {
        let traces = Traces::new();
        let allowed = ["*.svc.cluster.local", "10.0.0.0/16", "fd00::/8"];
        let layer = traces.client().with_allowed_hosts(allowed);
        let sent = sent(&traces, layer, stale(uri)).await;
        assert_told(&sent, is_told);
        assert_eq!(traces.named("GET").name, "GET", "traced all the same");
    }
}

#[tokio::test]
async fn the_host_of_a_channel_is_its_origin() {
    let traces = Traces::new();
    let layer = traces.client().with_allowed_hosts(["orders.internal"]);
    let origin = |uri: &'static str| layer.clone().with_origin(http::Uri::from_static(uri));
    let inside = origin("http://orders.internal:50051");
    assert!(
        sent(&traces, inside, grpc("/a.B/C"))
            .await
            .contains_key("traceparent")
    );
    let outside = origin("http://orders.example:50051");
    assert_told(&sent(&traces, outside, grpc("/a.B/C")).await, false);
}

#[tokio::test]
async fn a_request_may_keep_the_context_to_itself() {
    let traces = Traces::new();
    let mut request = stale("http://h/");
    request.extensions_mut().insert(NoPropagation);
    let sent = sent(&traces, traces.client(), request).await;
    assert_told(&sent, false);
    assert_eq!(sent["x-tenant"], "7");
    traces.named("GET");
}

#[tokio::test]
async fn an_untraced_request_passes_as_it_is() {
    let refused = |layer: ClientLayer| layer.with_filter(not(host("h")));
    let as_it_is = |layer: ClientLayer| layer;
    let mut suppressed = stale("http://h/");
    suppressed.extensions_mut().insert(Suppress);
    type Change<'a> = &'a dyn Fn(ClientLayer) -> ClientLayer;
    let refused: (Change<'_>, _) = (&refused, stale("http://h/"));
    let cases = [refused, (&as_it_is, suppressed)];
    for (change, request) in cases {
        let (traces, measures) = (Traces::new(), Measures::new());
        let layer = change(traces.client()).with_meter_provider(&measures.provider);
        let before = request.headers().clone();
        assert_eq!(sent(&traces, layer, request).await, before);
        assert!(measures.names().is_empty());
        let spans = traces.spans();
        assert!(spans.iter().all(|span| span.name == "parent"), "{spans:?}");
    }
}

#[tokio::test]
async fn the_environment_may_exclude_urls() {
    let traces = Traces::new();
    let name = "OTEL_INSTRUMENTATION_HTTP_CLIENT_EXCLUDED_URLS";
    let layer = in_environment(&traces, name, "http://telemetry.internal/*,/healthz");
    for uri in [
        "http://telemetry.internal/v1",
        "http://h/healthz",
        "http://h/users",
    ] {
        send(layer.clone(), get(uri), scripted(204, [])).await;
    }
    let url = text(&traces.only(), "url.full");
    assert_eq!(url.as_deref(), Some("http://h/users"));
}

#[tokio::test]
async fn who_is_not_to_be_told_gets_no_header_of_any_format() {
    let traces = Traces::new();
    let layer = traces.client().with_allowed_hosts(["api.internal"]);
    let mut request = get("http://partner.example/");
    for (name, value) in [
        ("traceparent", TRACEPARENT),
        ("b3", "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1"),
        ("uber-trace-id", "1:2:0:1"),
        ("x-datadog-trace-id", "1"),
        ("baggage", "tenant=acme"),
    ] {
        request.headers_mut().extend(headers(name, value));
    }
    assert!(send(layer, request, scripted(200, [])).await.is_empty());
}

#[tokio::test]
async fn a_host_header_allows_nothing() {
    let traces = Traces::new();
    let layer = traces.client().with_allowed_hosts(["api.internal"]);
    let mut request = get("/x");
    request
        .headers_mut()
        .extend(headers("host", "api.internal"));
    let sent = send(layer.clone(), request, scripted(200, [])).await;
    assert!(!sent.contains_key("traceparent"));
    let origin = "http://api.internal".parse().unwrap();
    let sent = send(layer.with_origin(origin), get("/x"), scripted(200, [])).await;
    assert!(sent.contains_key("traceparent"));
}

#[tokio::test]
async fn who_is_told_gets_no_header_of_another_format() {
    let traces = Traces::new();
    let mut request = get("http://h/");
    for (name, value) in [
        ("b3", "0"),
        ("uber-trace-id", "1:2:0:1"),
        ("uberctx-tenant", "acme"),
        ("x-datadog-trace-id", "1"),
        ("x-request-id", "7"),
    ] {
        request.headers_mut().extend(headers(name, value));
    }
    let sent = send(traces.client(), request, scripted(200, [])).await;
    let mut names: Vec<_> = sent.keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["traceparent", "x-request-id"]);
}
