//! Messages and health checks of a real server.

use http::uri::PathAndQuery;
use http::{Request, Uri};
use opentelemetry::trace::SpanKind;
use tokio::net::TcpListener;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Server};
use tower::ServiceBuilder;

use super::words::{Echo, Raw, UNTRACED, hello};
use crate::RequestBodyLayer;
use crate::filter::{grpc_method, not};
use crate::testing::words::measures::Measures;
use crate::testing::words::{Traces, int};

/// Where a traced server listens. It ends with the runtime of the test.
async fn serve(traces: &Traces, measures: &Measures) -> Uri {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let address = listener.local_addr().expect("it is bound");
    let layer = traces
        .server()
        .with_meter_provider(&measures.provider)
        .with_message_counts()
        .with_filter(not(grpc_method("test.Echo/Untraced")));
    let server = Server::builder()
        .layer(layer)
        .layer(RequestBodyLayer::new())
        .add_service(Echo);
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    format!("http://{address}").parse().expect("a valid URI")
}

#[tokio::test]
async fn messages_are_counted_in_both_directions_on_both_sides() {
    let (traces, measures) = (Traces::new(), Measures::new());
    let uri = serve(&traces, &measures).await;
    let channel = ServiceBuilder::new()
        .layer(
            traces
                .client()
                .with_origin(uri.clone())
                .with_message_counts(),
        )
        .layer(RequestBodyLayer::new())
        .map_request(|request: Request<_>| request.map(tonic::body::Body::new))
        .service(Channel::builder(uri).connect_lazy());
    let mut client = tonic::client::Grpc::new(channel);
    client.ready().await.unwrap();
    let path = PathAndQuery::from_static("/test.Echo/Repeat");
    let answer = client.server_streaming(hello(), path, Raw).await.unwrap();
    let mut messages = answer.into_inner();
    while let Ok(Some(_)) = messages.message().await {}
    for kind in [SpanKind::Client, SpanKind::Server] {
        let span = traces.of_kind(&kind);
        assert_eq!(int(&span, "grpc.request.messages"), Some(1), "{kind:?}");
        assert_eq!(int(&span, "grpc.response.messages"), Some(2), "{kind:?}");
    }
}

#[tokio::test]
async fn a_call_that_is_refused_is_served_and_leaves_nothing() {
    let (traces, measures) = (Traces::new(), Measures::new());
    let uri = serve(&traces, &measures).await;
    let mut client = tonic::client::Grpc::new(Channel::builder(uri).connect_lazy());
    client.ready().await.unwrap();
    let path = PathAndQuery::from_static(UNTRACED);
    let answer = client.unary(hello(), path, Raw).await.unwrap();
    assert_eq!(answer.into_inner(), "hello");
    assert!(traces.spans().is_empty() && measures.names().is_empty());
}
