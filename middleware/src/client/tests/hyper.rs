//! A hyper client and an axum server, with a socket between them.

use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt as _, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use opentelemetry::trace::SpanKind;
use tokio::net::TcpListener;
use tower::{Layer as _, ServiceExt as _};

use crate::testing::words::{Traces, assert_error, headers, int, is_child, text};

/// Sends `headers` to a traced server whose handler calls a second, plain one. Returns the headers
/// that arrived there.
async fn relay(traces: &Traces, headers: HeaderMap) -> String {
    let echo = |headers: HeaderMap| async move {
        let value = |name| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or("-")
        };
        format!(
            "{} {} {}",
            value("traceparent"),
            value("tracestate"),
            value("baggage")
        )
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let address = listener.local_addr().expect("it is bound");
    // Ends with the runtime of the test.
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/", get(echo))).await });

    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let client = traces.client().layer(client);
    let call = move || async move {
        let request = Request::get(format!("http://{address}/")).body(Empty::new());
        let sent = client.oneshot(request.expect("a valid request"));
        let read = sent.await.expect("it answers").into_body().collect().await;
        String::from_utf8_lossy(&read.expect("a short body").to_bytes()).into_owned()
    };
    let app = Router::new().route("/", get(call)).layer(traces.server());
    let mut request = Request::new(axum::body::Body::empty());
    *request.headers_mut() = headers;
    let response = app.oneshot(request).await.expect("routers do not fail");
    let read = response
        .into_body()
        .collect()
        .await
        .expect("a body in memory");
    String::from_utf8_lossy(&read.to_bytes()).into_owned()
}

#[tokio::test]
async fn what_comes_in_goes_out_with_the_span_of_the_client() {
    let traces = Traces::new();
    let mut incoming = headers("traceparent", crate::testing::words::TRACEPARENT);
    incoming.extend(headers("tracestate", "vendor=1"));
    incoming.extend(headers("baggage", "tenant=7"));
    let sent = relay(&traces, incoming).await;

    let (client, server) = (
        traces.of_kind(&SpanKind::Client),
        traces.of_kind(&SpanKind::Server),
    );
    assert!(is_child(&client, &server));
    let ids = (
        client.span_context.trace_id(),
        client.span_context.span_id(),
    );
    assert_eq!(sent, format!("00-{}-{}-01 vendor=1 tenant=7", ids.0, ids.1));
    assert_eq!(ids.0.to_string(), crate::testing::words::TRACE_ID);
    assert!(server.start_time <= client.start_time && client.end_time <= server.end_time);
    assert_eq!(int(&client, "http.response.status_code"), Some(200));
    assert_eq!(
        text(&client, "network.protocol.version").as_deref(),
        Some("1.1")
    );
    assert_error(&client, None);
}

#[tokio::test]
async fn a_refused_connection_has_the_type_of_its_error() {
    let traces = Traces::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let request = Request::get(uri).body(Empty::new()).unwrap();
    traces
        .client()
        .layer(client)
        .oneshot(request)
        .await
        .unwrap_err();
    assert_error(
        &traces.only(),
        Some("hyper_util::client::legacy::client::Error"),
    );
}
