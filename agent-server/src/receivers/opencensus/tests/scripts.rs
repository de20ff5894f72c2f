//! The scripts that every server of the protocol must follow.

use std::net::SocketAddr;

use hyper_util::rt::TokioIo;
use tonic::Code;
use tonic::transport::Endpoint;
use tower::service_fn;

use super::*;
use crate::receivers::testing::{each_span, owners, until};

#[tokio::test]
async fn s1_spans_belong_to_the_node_of_the_first_message() {
    let running = running().await;
    let stream = export(&running).await;
    stream.send(vector("export_first_node_only")).await;
    stream.send(vector("export_next_spans_only")).await;
    assert_eq!(
        stream.finish().await.map_err(|status| status.code()),
        Ok(())
    );
    let taken = running.recorder.taken();
    let expected = [("checkout".to_owned(), "GET /cart".to_owned())];
    assert_eq!(owners(&taken, "service.name"), expected);
    assert_eq!(owners(&taken, "zone")[0].0, "a");
    assert_eq!(accepted(&running), 1);
}

#[tokio::test]
async fn s2_spans_of_the_first_message_are_accepted_with_its_resource() {
    let running = running().await;
    let stream = export(&running).await;
    stream
        .send(vector("export_first_node_spans_resource"))
        .await;
    stream.finish().await.expect("OK after the half-close");
    let taken = running.recorder.taken();
    let expected = [("host".to_owned(), "GET /cart".to_owned())];
    assert_eq!(owners(&taken, "opencensus.resourcetype"), expected);
    // The label `host.name=h` gives way to the node's own host name.
    assert_eq!(owners(&taken, "host.name")[0].0, "host-1");
}

#[tokio::test]
async fn s3_and_s4_a_first_message_without_a_node_is_dropped_and_ends_the_stream() {
    let running = running().await;
    for name in ["export_next_spans_only", "export_empty"] {
        let mut stream = export(&running).await;
        stream.send(vector(name)).await;
        let status = stream.answer().await.expect_err("a violation");
        assert_eq!(status.code(), Code::InvalidArgument, "{name}");
        assert!(status.message().contains("must carry a node"), "{status:?}");
    }
    assert_eq!(running.recorder.taken(), []);
    assert_eq!(invalid(&running, "no_node"), 2);
    assert_eq!((accepted(&running), refused(&running)), (0, 1));
}

#[tokio::test]
async fn s5_an_empty_node_is_one_unless_an_identifier_is_required() {
    let lenient = running().await;
    let stream = export(&lenient).await;
    stream.send(vector("export_first_empty_node")).await;
    stream.send(vector("export_next_spans_only")).await;
    stream.finish().await.expect("accepted");
    assert_eq!(accepted(&lenient), 1);

    let strict = configured(Config {
        require_identifier: true,
        ..on_any_port()
    })
    .await;
    let mut stream = export(&strict).await;
    stream.send(vector("export_first_empty_node")).await;
    let status = stream.answer().await.expect_err("a violation");
    assert_eq!(status.code(), Code::InvalidArgument);
    assert!(
        status.message().contains("require_identifier"),
        "{status:?}"
    );
    let stream = export(&strict).await;
    stream
        .send(vector("export_first_node_spans_resource"))
        .await;
    stream.finish().await.expect("this node has an identifier");
    assert_eq!(accepted(&strict), 1);
}

#[tokio::test]
async fn s6_a_later_node_replaces_the_first() {
    let running = running().await;
    let stream = export(&running).await;
    stream.send(message(node("a"), None, vec![])).await;
    stream.send(message(None, None, vec![span("1")])).await;
    stream.send(message(node("b"), None, vec![span("2")])).await;
    stream.send(message(None, None, vec![span("3")])).await;
    stream.finish().await.expect("accepted");
    let found = owners(&running.recorder.taken(), "service.name");
    let expected = [("a", "1"), ("b", "2"), ("b", "3")];
    assert_eq!(found, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
}

#[tokio::test]
async fn s7_a_resource_sticks_until_the_next_and_a_span_s_own_wins() {
    let running = running().await;
    let stream = export(&running).await;
    let own = Span {
        resource: resource("own"),
        ..span("own")
    };
    stream
        .send(message(node("a"), resource("1"), vec![span("1")]))
        .await;
    stream.send(message(None, None, vec![span("2"), own])).await;
    stream
        .send(message(None, resource("2"), vec![span("3")]))
        .await;
    stream.send(message(None, None, vec![span("4")])).await;
    let empty = Some(Resource::default());
    stream.send(message(None, empty, vec![span("5")])).await;
    stream.finish().await.expect("accepted");
    let found = owners(&running.recorder.taken(), "r");
    let expected = [
        ("1", "1"),
        ("1", "2"),
        ("own", "own"),
        ("2", "3"),
        ("2", "4"),
        ("", "5"),
    ];
    assert_eq!(found, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
}

#[tokio::test]
async fn s8_a_half_close_at_once_ends_well_and_registers_nobody() {
    let running = running().await;
    let stream = export(&running).await;
    until(|| streams(&running) == 1).await;
    assert_eq!(nodes(&running), 0);
    stream.finish().await.expect("a clean end");
    assert_eq!((streams(&running), nodes(&running)), (0, 0));
}

#[tokio::test]
async fn s9_a_cut_connection_expires_the_node_and_keeps_what_arrived() {
    let running = running().await;
    let address = running.address("opencensus.endpoint");
    let (mut client, socket) = cuttable(address).await;
    let stream = client.open(EXPORT).await.expect("headers come at once");
    stream.send(message(node("a"), None, vec![span("1")])).await;
    running.recorder.payloads(1).await;
    assert_eq!((streams(&running), nodes(&running)), (1, 1));
    socket
        .shutdown(std::net::Shutdown::Both)
        .expect("it was open");
    until(|| streams(&running) == 0).await;
    assert_eq!((nodes(&running), accepted(&running)), (0, 1));
    assert_eq!(invalid(&running, "grpc"), 0, "a cut is nobody's fault");
}

/// A client, and a second handle of its socket to cut it with.
async fn cuttable(address: SocketAddr) -> (Client, std::net::TcpStream) {
    let socket = std::net::TcpStream::connect(address).expect("it listens");
    socket.set_nonblocking(true).expect("a fresh socket");
    let handle = socket.try_clone().expect("a fresh socket");
    let mut socket = Some(socket);
    let connector = service_fn(move |_| {
        let connected = socket
            .take()
            .ok_or(std::io::ErrorKind::NotConnected.into())
            .and_then(tokio::net::TcpStream::from_std)
            .map(TokioIo::new);
        std::future::ready(connected)
    });
    let endpoint = Endpoint::try_from(format!("http://{address}")).expect("a URI");
    let channel = endpoint.connect_with_connector(connector).await;
    (Client::new(channel.expect("it listens")), handle)
}

#[tokio::test]
async fn s17_a_parent_of_zeros_is_no_parent() {
    let running = running().await;
    let stream = export(&running).await;
    stream.send(vector("export_root_span_zero_parent")).await;
    stream.finish().await.expect("accepted");
    let mut parents = Vec::new();
    each_span(&running.recorder.taken(), |_, span| {
        parents.push(span.parent_span_id.to_vec());
    });
    assert_eq!(parents, [Vec::<u8>::new()]);
}

#[tokio::test]
async fn s18_gzip_is_accepted_and_unknown_methods_are_unimplemented() {
    let running = running().await;
    let mut client = client(&running).await;
    let paths = [
        "/opencensus.proto.agent.trace.v1.TraceService/Else",
        "/opencensus.proto.agent.metrics.v1.MetricsService/Config",
    ];
    for path in paths {
        let status = client.open(path).await.expect_err("not served");
        assert_eq!(status.code(), Code::Unimplemented, "{path}");
        assert!(!status.message().is_empty(), "{path}");
    }
    let stream = client
        .gzip()
        .open(EXPORT)
        .await
        .expect("headers come at once");
    stream
        .send(vector("export_first_node_spans_resource"))
        .await;
    stream.finish().await.expect("accepted");
    assert_eq!(accepted(&running), 1);
}
