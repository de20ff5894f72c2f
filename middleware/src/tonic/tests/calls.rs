//! Calls through both layers.

use http::Uri;
use http::uri::PathAndQuery;
use opentelemetry::trace::SpanKind;
use tokio::net::TcpListener;
use tonic::Code;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Server};
use tower::Layer as _;

use super::words::{Echo, Raw, hello};
use crate::ClientService;
use crate::testing::words::{Traces, assert_error, int, is_child, text};

/// A traced client of a traced server. The server ends with the runtime of the test.
async fn client(traces: &Traces) -> tonic::client::Grpc<ClientService<Channel>> {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let address = listener.local_addr().expect("it is bound");
    let server = Server::builder().layer(traces.server()).add_service(Echo);
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    let uri: Uri = format!("http://{address}").parse().expect("a valid URI");
    let channel = Channel::builder(uri.clone()).connect_lazy();
    let mut client = tonic::client::Grpc::new(traces.client().with_origin(uri).layer(channel));
    client.ready().await.expect("a lazy channel is ready");
    client
}

#[tokio::test]
async fn a_call_is_a_client_span_with_a_server_span_below() {
    let traces = Traces::new();
    let path = PathAndQuery::from_static("/test.Echo/Say");
    let answer = client(&traces)
        .await
        .unary(hello(), path, Raw)
        .await
        .unwrap();
    assert_eq!(answer.into_inner(), "hello");

    let (client, server) = (
        traces.of_kind(&SpanKind::Client),
        traces.of_kind(&SpanKind::Server),
    );
    assert!(is_child(&server, &client));
    assert!(server.parent_span_is_remote);
    for span in [&client, &server] {
        assert_eq!(span.name, "test.Echo/Say");
        assert_eq!(text(span, "rpc.method").as_deref(), Some("test.Echo/Say"));
        assert_eq!(
            text(span, "rpc.response.status_code").as_deref(),
            Some("OK")
        );
        assert_eq!(text(span, "server.address").as_deref(), Some("127.0.0.1"));
        assert_error(span, None);
    }
    assert_eq!(int(&client, "server.port"), int(&server, "server.port"));
    // The conventions for RPC have the peer's address only.
    assert_eq!(text(&server, "client.address"), None);
    assert_eq!(
        text(&server, "network.peer.address").as_deref(),
        Some("127.0.0.1")
    );
    assert!(int(&server, "network.peer.port").is_some());
}

#[tokio::test]
async fn not_found_is_an_error_to_the_client_only() {
    let traces = Traces::new();
    let path = PathAndQuery::from_static("/test.Echo/Refuse");
    let error = client(&traces)
        .await
        .unary(hello(), path, Raw)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::NotFound);

    let (client, server) = (
        traces.of_kind(&SpanKind::Client),
        traces.of_kind(&SpanKind::Server),
    );
    for span in [&client, &server] {
        assert_eq!(
            text(span, "rpc.response.status_code").as_deref(),
            Some("NOT_FOUND")
        );
    }
    assert_error(&client, Some("NOT_FOUND"));
    assert_error(&server, None);
}

#[tokio::test]
async fn a_stream_that_fails_in_its_trailers_is_an_error_to_both() {
    let traces = Traces::new();
    let path = PathAndQuery::from_static("/test.Echo/Repeat");
    let answer = client(&traces)
        .await
        .server_streaming(hello(), path, Raw)
        .await
        .unwrap();
    let mut messages = answer.into_inner();
    assert_eq!(messages.message().await.unwrap().unwrap(), "hello");
    let client_spans = || {
        traces
            .spans()
            .iter()
            .any(|span| span.span_kind == SpanKind::Client)
    };
    assert!(!client_spans(), "the stream goes on");
    assert_eq!(messages.message().await.unwrap().unwrap(), "hello");
    assert_eq!(messages.message().await.unwrap_err().code(), Code::Internal);

    assert_error(&traces.of_kind(&SpanKind::Client), Some("INTERNAL"));
    assert_error(&traces.of_kind(&SpanKind::Server), Some("INTERNAL"));
}

#[tokio::test]
async fn a_stream_that_is_let_go_is_cancelled_and_no_error() {
    let traces = Traces::new();
    let path = PathAndQuery::from_static("/test.Echo/Repeat");
    let answer = client(&traces)
        .await
        .server_streaming(hello(), path, Raw)
        .await
        .unwrap();
    drop(answer);
    let span = traces.of_kind(&SpanKind::Client);
    assert_eq!(
        text(&span, "rpc.response.status_code").as_deref(),
        Some("CANCELLED")
    );
    assert_error(&span, None);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error_with_a_type() {
    let traces = Traces::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri: Uri = format!("http://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    drop(listener);
    let channel = Channel::builder(uri).connect_lazy();
    let mut client = tonic::client::Grpc::new(traces.client().layer(channel));
    client.ready().await.unwrap();
    let path = PathAndQuery::from_static("/test.Echo/Say");
    client.unary(hello(), path, Raw).await.unwrap_err();
    let span = traces.only();
    assert_error(&span, Some("tonic::transport::error::Error"));
    assert_eq!(text(&span, "rpc.response.status_code"), None);
}
