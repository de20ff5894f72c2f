//! A real server on a real socket.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use bytes::Bytes;
use http_body::Frame;
use opentelemetry_sdk::trace::SpanData;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::testing::words::{Traces, assert_error, int, text};

/// How long anything may take before a test gives up.
const DEADLINE: Duration = Duration::from_secs(20);

/// Serves `app` and connects to it.
async fn connected(app: Router) -> TcpStream {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let address = listener.local_addr().expect("it is bound");
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    // Ends with the runtime of the test.
    tokio::spawn(async move { axum::serve(listener, app).await });
    TcpStream::connect(address).await.expect("it listens")
}

/// Sends `request` and returns everything up to the end of the connection.
async fn exchange(app: Router, request: &str) -> (SocketAddr, String) {
    let mut socket = connected(app).await;
    let local = socket.local_addr().expect("it is connected");
    socket
        .write_all(request.as_bytes())
        .await
        .expect("the server reads");
    let mut answer = String::new();
    let read = timeout(DEADLINE, socket.read_to_string(&mut answer)).await;
    read.expect("in time").expect("text");
    (local, answer)
}

#[tokio::test]
async fn the_peer_is_the_other_end_of_the_connection() {
    let traces = Traces::new();
    let app = Router::new()
        .route("/", get(|| async { "hello" }))
        .layer(traces.server());
    let request = "GET /?a=b HTTP/1.1\r\nhost: [::1]:80\r\nforwarded: for=1.2.3.4\r\n\
                   x-forwarded-for: 1.2.3.4\r\nconnection: close\r\n\r\n";
    let (local, answer) = exchange(app, request).await;
    assert!(answer.ends_with("hello"), "{answer}");
    let span = traces.only();
    assert_eq!(text(&span, "client.address").as_deref(), Some("127.0.0.1"));
    assert_eq!(
        text(&span, "network.peer.address").as_deref(),
        Some("127.0.0.1")
    );
    assert_eq!(
        int(&span, "network.peer.port"),
        Some(i64::from(local.port()))
    );
    assert_eq!(text(&span, "server.address").as_deref(), Some("::1"));
    assert_eq!(int(&span, "server.port"), Some(80));
    assert_error(&span, None);
}

#[tokio::test]
async fn head_over_a_socket_is_complete() {
    let traces = Traces::new();
    let app = Router::new()
        .route("/", get(|| async { "hello" }))
        .layer(traces.server());
    let (_, answer) = exchange(app, "HEAD / HTTP/1.0\r\n\r\n").await;
    assert!(answer.contains("content-length: 5"), "{answer}");
    let span = traces.only();
    assert_eq!(
        text(&span, "network.protocol.version").as_deref(),
        Some("1.0")
    );
    assert_error(&span, None);
}

/// A body that never ends, and says when it is dropped.
struct Endless {
    first: Option<Bytes>,
    dropped: mpsc::UnboundedSender<()>,
}

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match self.first.take() {
            Some(data) => std::task::Poll::Ready(Some(Ok(Frame::data(data)))),
            None => std::task::Poll::Pending,
        }
    }
}

impl Drop for Endless {
    fn drop(&mut self) {
        // Nobody listens any more when the test has failed.
        let _ = self.dropped.send(());
    }
}

/// The span of a download whose client goes away after the first byte.
async fn span_of_abandoned_download() -> SpanData {
    let traces = Traces::new();
    let (dropped, mut wait) = mpsc::unbounded_channel();
    let handler = move || {
        let dropped = dropped.clone();
        async move {
            Body::new(Endless {
                first: Some(Bytes::from_static(b"x")),
                dropped,
            })
        }
    };
    let app = Router::new()
        .route("/download", get(handler))
        .layer(traces.server());
    let mut socket = connected(app).await;
    socket
        .write_all(b"GET /download HTTP/1.1\r\nhost: h\r\n\r\n")
        .await
        .expect("it reads");
    socket.read_u8().await.expect("the head arrives");
    assert!(traces.spans().is_empty());
    drop(socket);
    timeout(DEADLINE, wait.recv())
        .await
        .expect("in time")
        .expect("the body is dropped");
    // The span ends right after its body, in the same step of the same thread.
    tokio::task::yield_now().await;
    traces.only()
}

#[tokio::test]
async fn a_client_that_goes_away_cancels_the_span() {
    let span = span_of_abandoned_download().await;
    assert_eq!(int(&span, "http.response.status_code"), Some(200));
    assert_error(&span, Some("cancelled"));
}
