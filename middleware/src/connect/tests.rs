//! Connections of a real client, and connectors that end in every way.

use std::convert::Infallible;
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::Router;
use axum::body::Body;
use http::{Request, Uri};
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry::Context;
use opentelemetry::trace::{SpanKind, TraceContextExt as _, Tracer as _};
use opentelemetry_sdk::trace::Sampler;
use tokio::net::TcpListener;
use tower::{Layer as _, Service as _, ServiceExt as _, service_fn};

use super::ConnectorLayer;
use crate::testing::words::{Traces, assert_error, attribute, in_span, int, is_child, text};

fn layer(traces: &Traces) -> ConnectorLayer {
    ConnectorLayer::new().with_tracer_provider(&traces.provider)
}

/// A context with a span that never ends.
fn request(traces: &Traces) -> Context {
    Context::new().with_span(traces.tracer().start("request"))
}

/// A client that keeps its connections, traced with them.
fn client(
    traces: &Traces,
) -> crate::ClientService<Client<super::ConnectorService<HttpConnector>, Body>> {
    let connector = layer(traces).layer(HttpConnector::new());
    let client = Client::builder(TokioExecutor::new()).build(connector);
    traces.client().layer(client)
}

#[tokio::test]
async fn a_request_that_waits_for_a_connection_has_it_below_and_the_next_one_has_not() {
    let traces = Traces::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let address = listener.local_addr().expect("it is bound");
    // Ends with the runtime of the test.
    tokio::spawn(async move { axum::serve(listener, Router::new()).await });

    let mut client = client(&traces);
    for _ in 0..2 {
        let request = Request::get(format!("http://{address}/")).body(Body::empty());
        let sent = client.call(request.expect("a valid request"));
        let response = sent.await.expect("it answers");
        response.into_body().collect().await.expect("no body");
    }

    let connect = traces.of_kind(&SpanKind::Internal);
    assert_eq!(connect.name, "connect");
    assert_eq!(
        text(&connect, "server.address").as_deref(),
        Some("127.0.0.1")
    );
    assert_eq!(int(&connect, "server.port"), Some(address.port().into()));
    assert_error(&connect, None);
    let spans = traces.spans();
    let sent: Vec<_> = spans
        .iter()
        .filter(|span| span.span_kind == SpanKind::Client)
        .collect();
    let waited = sent.iter().filter(|span| is_child(&connect, span)).count();
    assert_eq!((sent.len(), waited), (2, 1), "{spans:#?}");
}

#[tokio::test]
async fn a_connection_that_is_refused_is_an_error_of_both_spans() {
    let traces = Traces::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let address = listener.local_addr().expect("it is bound");
    drop(listener);
    let request = Request::get(format!("http://{address}/")).body(Body::empty());
    let sent = client(&traces).oneshot(request.expect("a valid request"));
    sent.await.expect_err("nobody listens");

    let connect = traces.of_kind(&SpanKind::Internal);
    let error = "hyper_util::client::legacy::connect::http::ConnectError";
    assert_error(&connect, Some(error));
    assert!(is_child(&connect, &traces.of_kind(&SpanKind::Client)));
}

#[tokio::test]
async fn the_span_is_current_while_the_connection_is_made_and_not_outside() {
    let traces = Traces::new();
    let connector = service_fn(async |_: Uri| {
        traces.child("resolve");
        Ok::<_, Infallible>(())
    });
    let mut connector = layer(&traces).layer(connector);
    let attached = request(&traces).attach();
    let connecting = connector.call(Uri::from_static("https://shop.example"));
    drop(attached);
    connecting.await.expect("it connects");
    assert!(!in_span());

    let connect = traces.named("connect");
    assert!(is_child(&traces.named("resolve"), &connect));
    assert_eq!(
        int(&connect, "server.port"),
        Some(443),
        "that of the scheme"
    );
}

#[tokio::test]
async fn nothing_is_recorded_that_no_recorded_request_waits_for() {
    let traces = Traces::new();
    let connector = || layer(&traces).layer(service_fn(async |()| Ok::<_, Infallible>(in_span())));
    let alone = connector().oneshot(()).await;
    assert_eq!(alone, Ok(false));

    let suppressed = request(&traces).with_telemetry_suppressed();
    let attached = suppressed.attach();
    let connecting = connector().call(());
    drop(attached);
    assert_eq!(connecting.await, Ok(false));

    let dropped = Traces::sampled_by(Sampler::AlwaysOff);
    let attached = request(&dropped).attach();
    let connecting = connector().call(());
    drop(attached);
    assert_eq!(connecting.await, Ok(false));
    let names: Vec<_> = traces.spans().into_iter().map(|span| span.name).collect();
    assert_eq!(
        names,
        ["request"],
        "the one that is suppressed ends all the same"
    );
}

#[test]
fn an_attempt_that_is_given_up_has_ended_and_is_no_error() {
    let traces = Traces::new();
    let mut connector = layer(&traces).layer(service_fn(|()| pending::<Result<(), Infallible>>()));
    let _attached = request(&traces).attach();
    drop(connector.call(()));
    let connect = traces.only();
    assert_error(&connect, None);
    assert_eq!(attribute(&connect, "server.address"), None);
}

#[test]
fn a_connector_that_panics_is_an_error() {
    let traces = Traces::new();
    let broken =
        service_fn(|()| -> std::future::Ready<Result<(), Infallible>> { panic!("broken") });
    let mut connector = layer(&traces).layer(broken);
    let _attached = request(&traces).attach();
    let panicked = catch_unwind(AssertUnwindSafe(|| drop(connector.call(()))));
    assert!(panicked.is_err());
    assert_error(&traces.only(), Some("panic"));
}
