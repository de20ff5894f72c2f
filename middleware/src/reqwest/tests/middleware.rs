//! The middleware of a real client against a real server.

use std::time::Duration;

use async_trait::async_trait;
use http::Extensions;
use opentelemetry::Context;
use opentelemetry::trace::{FutureExt as _, SpanKind, TraceContextExt as _, Tracer as _};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next};
use tokio::net::TcpListener;

use super::words::{plain, serve};
use crate::testing::words::{Traces, assert_error, attribute, int, is_child, text};

fn traced(traces: &Traces) -> ClientWithMiddleware {
    let middleware = traces.client().into_middleware();
    ClientBuilder::new(plain()).with(middleware).build()
}

#[tokio::test]
async fn the_span_ends_with_the_body_and_was_sent() {
    let traces = Traces::new();
    let address = serve().await;
    let cx = Context::new().with_span(traces.tracer().start("parent"));
    let url = format!("http://{address}/?sig=secret");
    let response = traced(&traces)
        .get(&url)
        .send()
        .with_context(cx.clone())
        .await
        .unwrap();
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
    assert_eq!(span.name, "GET");
    let full = format!("http://{address}/?sig=REDACTED");
    assert_eq!(text(&span, "url.full"), Some(full));
    assert_eq!(text(&span, "server.address").as_deref(), Some("127.0.0.1"));
    assert_eq!(int(&span, "server.port"), Some(i64::from(address.port())));
    assert_eq!(int(&span, "http.response.status_code"), Some(200));
    assert_eq!(
        text(&span, "network.protocol.version").as_deref(),
        Some("1.1")
    );
    assert_error(&span, None);
}

#[tokio::test]
async fn a_redirect_is_part_of_the_request_that_was_made() {
    let traces = Traces::new();
    let address = serve().await;
    let url = format!("http://{address}/moved");
    let response = traced(&traces).get(&url).send().await.unwrap();
    assert_eq!(response.url().path(), "/");
    response.bytes().await.unwrap();
    let span = traces.only();
    assert_eq!(text(&span, "url.full"), Some(url));
    assert_eq!(int(&span, "http.response.status_code"), Some(200));
}

#[tokio::test]
async fn an_error_status_is_an_error() {
    let traces = Traces::new();
    let url = format!("http://{}/nothing", serve().await);
    drop(traced(&traces).get(url).send().await.unwrap());
    assert_error(&traces.only(), Some("404"));
}

#[tokio::test]
async fn a_refused_connection_and_a_timeout_have_names() {
    let traces = Traces::new();
    let url = format!("http://{}/never", serve().await);
    let late = traced(&traces)
        .get(url)
        .timeout(Duration::from_millis(1))
        .send()
        .await;
    assert!(late.unwrap_err().is_timeout());
    assert_error(&traces.only(), Some("timeout"));

    let traces = Traces::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    assert!(
        traced(&traces)
            .get(url)
            .send()
            .await
            .unwrap_err()
            .is_connect()
    );
    let span = traces.only();
    assert_error(&span, Some("connect"));
    assert_eq!(attribute(&span, "http.response.status_code"), None);
}

/// Fails, or panics, instead of sending.
struct Saboteur {
    panics: bool,
}

#[async_trait]
impl Middleware for Saboteur {
    async fn handle(
        &self,
        _: reqwest::Request,
        _: &mut Extensions,
        _: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        assert!(!self.panics, "as asked");
        Err(reqwest_middleware::Error::middleware(std::fmt::Error))
    }
}

async fn sabotaged(traces: &Traces, panics: bool) {
    let middleware = traces.client().into_middleware();
    let client = ClientBuilder::new(plain())
        .with(middleware)
        .with(Saboteur { panics })
        .build();
    assert!(client.get("http://h/").send().await.is_err());
}

#[tokio::test]
async fn an_error_of_another_middleware_is_an_error() {
    let traces = Traces::new();
    sabotaged(&traces, false).await;
    assert_error(&traces.only(), Some("reqwest_middleware::error::Error"));
}

#[tokio::test]
async fn a_panic_of_another_middleware_is_a_panic() {
    let traces = Traces::new();
    let inner = traces.clone();
    let task = tokio::spawn(async move { sabotaged(&inner, true).await });
    assert!(task.await.unwrap_err().is_panic());
    assert_error(&traces.only(), Some("panic"));
}

#[tokio::test]
async fn an_exporter_is_not_traced() {
    let traces = Traces::new();
    let cx = Context::new().with_telemetry_suppressed();
    let url = format!("http://{}/", serve().await);
    let response = traced(&traces)
        .get(url)
        .send()
        .with_context(cx)
        .await
        .unwrap();
    assert_eq!(response.text().await.unwrap(), "none");
    assert!(traces.spans().is_empty());
}

/// Records a span for each attempt.
struct Attempts(Traces);

#[async_trait]
impl Middleware for Attempts {
    async fn handle(
        &self,
        request: reqwest::Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        self.0.child("attempt");
        next.run(request, extensions).await
    }
}

#[tokio::test]
async fn what_is_below_runs_inside_the_span() {
    let traces = Traces::new();
    let middleware = traces.client().into_middleware();
    let attempts = Attempts(traces.clone());
    let client = ClientBuilder::new(plain())
        .with(middleware)
        .with(attempts)
        .build();
    drop(
        client
            .get(format!("http://{}/", serve().await))
            .send()
            .await
            .unwrap(),
    );
    assert!(is_child(
        &traces.named("attempt"),
        &traces.of_kind(&SpanKind::Client)
    ));
}
