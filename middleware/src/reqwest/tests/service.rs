//! A plain client as a Tower service.

use std::time::Duration;

use opentelemetry::Context;
use opentelemetry::trace::{FutureExt as _, SpanKind, TraceContextExt as _, Tracer as _};
use reqwest::{Client, Method, Request, Response};
use tokio::net::TcpListener;
use tower::timeout::Timeout;
use tower::{Layer as _, Service as _, ServiceExt as _, service_fn};

use super::words::{builder, plain, serve};
use crate::testing::words::measures::Measures;
use crate::testing::words::{Traces, assert_error, attribute, int, is_child, text};
use crate::{ClientService, ConnectorLayer};

fn traced(traces: &Traces, measures: &Measures) -> ClientService<Client> {
    let layer = traces.client().with_meter_provider(&measures.provider);
    layer.layer(plain())
}

fn get(url: &str) -> Request {
    Request::new(Method::GET, url.parse().expect("a URL"))
}

/// Asserts that the only request was measured, and how it ended.
#[track_caller]
fn assert_measured(measures: &Measures, error: Option<&str>) {
    assert_eq!(measures.only("http.client.active_requests").sum, 0.0);
    let series = measures.only("http.client.request.duration");
    let found = series.attributes.get("error.type").map(ToString::to_string);
    assert_eq!((series.count, found.as_deref()), (1, error));
}

#[tokio::test]
async fn the_span_ends_with_the_body_and_was_sent() {
    let (traces, measures) = (Traces::new(), Measures::new());
    let address = serve().await;
    let cx = Context::new().with_span(traces.tracer().start("parent"));
    let url = format!("http://{address}/?sig=secret");
    let sending = traced(&traces, &measures).oneshot(get(&url));
    let response = sending.with_context(cx.clone()).await.unwrap();
    assert!(traces.spans().is_empty(), "the body is still to come");
    assert_eq!(response.url().as_str(), url, "the response keeps its URL");
    assert_eq!(response.content_length(), Some(55));
    assert_eq!(response.remote_addr(), Some(address));
    let sent = response.text().await.unwrap();
    cx.span().end();

    let span = traces.of_kind(&SpanKind::Client);
    assert!(is_child(&span, &traces.named("parent")));
    let ids = (span.span_context.trace_id(), span.span_context.span_id());
    assert_eq!(sent, format!("00-{}-{}-01", ids.0, ids.1));
    let full = format!("http://{address}/?sig=REDACTED");
    assert_eq!(text(&span, "url.full"), Some(full));
    let peer = text(&span, "network.peer.address");
    assert_eq!(peer.as_deref(), Some("127.0.0.1"));
    assert_eq!(int(&span, "network.peer.port"), Some(address.port().into()));
    assert_error(&span, None);
    assert_measured(&measures, None);
}

#[tokio::test]
async fn an_error_status_is_an_error() {
    let (traces, measures) = (Traces::new(), Measures::new());
    let url = format!("http://{}/nothing", serve().await);
    drop(traced(&traces, &measures).oneshot(get(&url)).await.unwrap());
    let span = traces.only();
    assert_eq!(int(&span, "http.response.status_code"), Some(404));
    assert_error(&span, Some("404"));
    assert_measured(&measures, Some("404"));
}

#[tokio::test]
async fn a_refused_connection_has_a_name() {
    let (traces, measures) = (Traces::new(), Measures::new());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let sent = traced(&traces, &measures).oneshot(get(&url)).await;
    assert!(sent.unwrap_err().is_connect());
    let span = traces.only();
    assert_error(&span, Some("connect"));
    assert_eq!(attribute(&span, "http.response.status_code"), None);
    assert_measured(&measures, Some("connect"));
}

#[tokio::test]
async fn a_timeout_of_the_client_has_a_name() {
    let (traces, measures) = (Traces::new(), Measures::new());
    let mut request = get(&format!("http://{}/never", serve().await));
    *request.timeout_mut() = Some(Duration::from_millis(1));
    let sent = traced(&traces, &measures).oneshot(request).await;
    assert!(sent.unwrap_err().is_timeout());
    assert_error(&traces.only(), Some("timeout"));
    assert_measured(&measures, Some("timeout"));
}

#[tokio::test]
async fn a_timeout_while_the_body_is_read_is_a_timeout_too() {
    let (traces, measures) = (Traces::new(), Measures::new());
    let endless = get(&format!("http://{}/endless", serve().await));
    let sent = traced(&traces, &measures).oneshot(endless).await;
    let response = sent.unwrap();
    // From here on nothing happens but the timeout of the client, so the clock goes there.
    tokio::time::pause();
    assert!(response.bytes().await.unwrap_err().is_timeout());
    let span = traces.only();
    assert_error(&span, Some("timeout"));
    assert_eq!(int(&span, "http.response.status_code"), Some(200));
    assert_measured(&measures, Some("timeout"));
}

#[tokio::test]
async fn letting_go_of_future_or_body_is_no_error() {
    let (traces, measures) = (Traces::new(), Measures::new());
    let address = serve().await;
    let never = get(&format!("http://{address}/never"));
    let mut service = traced(&traces, &measures);
    drop(service.ready().await.unwrap().call(never));
    assert_error(&traces.only(), None);
    assert_measured(&measures, None);

    let (traces, measures) = (Traces::new(), Measures::new());
    let endless = get(&format!("http://{address}/endless"));
    let response = traced(&traces, &measures).oneshot(endless).await.unwrap();
    assert!(traces.spans().is_empty());
    drop(response);
    let span = traces.only();
    assert_eq!(int(&span, "http.response.status_code"), Some(200));
    assert_error(&span, None);
    assert_measured(&measures, None);
}

#[tokio::test]
async fn a_service_around_the_client_may_have_an_error_of_its_own() {
    let traces = Traces::new();
    let url = format!("http://{}/never", serve().await);
    let timeout = Timeout::new(plain(), Duration::from_millis(1));
    let service = traces.client().layer(timeout);
    service.oneshot(get(&url)).await.unwrap_err();
    assert_error(&traces.only(), Some("_OTHER"));

    let traces = Traces::new();
    let failing = service_fn(|_: Request| async { Err::<Response, _>(std::fmt::Error) });
    let service = traces.client().layer(failing);
    service.oneshot(get("http://h/")).await.unwrap_err();
    assert_error(&traces.only(), Some("core::fmt::Error"));
}

#[tokio::test]
async fn the_inner_service_runs_inside_the_span() {
    let traces = Traces::new();
    let inner = traces.clone();
    let service = traces.client().layer(service_fn(move |request: Request| {
        inner.child("call");
        let inner = inner.clone();
        async move {
            inner.child("poll");
            plain().execute(request).await
        }
    }));
    let url = format!("http://{}/", serve().await);
    drop(service.oneshot(get(&url)).await.unwrap());
    let client = traces.of_kind(&SpanKind::Client);
    assert!(is_child(&traces.named("call"), &client));
    assert!(is_child(&traces.named("poll"), &client));
}

#[tokio::test]
async fn a_suppressed_request_is_sent_as_it_is() {
    let (traces, measures) = (Traces::new(), Measures::new());
    let url = format!("http://{}/", serve().await);
    let cx = Context::new().with_telemetry_suppressed();
    let sending = traced(&traces, &measures).oneshot(get(&url));
    let response = sending.with_context(cx).await.unwrap();
    assert_eq!(response.text().await.unwrap(), "none");
    assert!(traces.spans().is_empty() && measures.names().is_empty());
}

#[tokio::test]
async fn a_request_that_waits_for_a_connection_has_it_below() {
    let traces = Traces::new();
    let address = serve().await;
    let connector = ConnectorLayer::new().with_tracer_provider(&traces.provider);
    let client = builder().connector_layer(connector).build();
    let client = traces.client().layer(client.expect("a client"));
    let url = format!("http://{address}/");
    let response = client.oneshot(get(&url)).await.expect("it answers");
    response.text().await.expect("a short body");

    let connect = traces.of_kind(&SpanKind::Internal);
    assert!(is_child(&connect, &traces.of_kind(&SpanKind::Client)));
    assert_error(&connect, None);
}
