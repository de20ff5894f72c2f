//! Listeners against peers that take their time.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::{bind, http};
use crate::component::{Context, Shared, Tasks};
use crate::config::Endpoint;

/// Connects to a listener, sends `parts` one by one, and reads until the listener closes.
async fn answer(parts: &[&[u8]]) -> String {
    let context = Context {
        id: "otlp".parse().expect("an id"),
        shared: Shared::default(),
    };
    let listener = bind(&Endpoint::loopback(0), "endpoint", &context).await;
    let listener = listener.expect("port 0 is free");
    let address = listener.address();
    let tasks = Tasks::default();
    let router = Router::new().route("/", get(|| std::future::ready("hello")));
    http(listener, router, &tasks);
    let mut peer = TcpStream::connect(address).await.expect("connected");
    for part in parts {
        peer.write_all(part).await.expect("sent");
        peer.flush().await.expect("sent");
    }
    let mut answer = Vec::new();
    let read = timeout(Duration::from_secs(60), peer.read_to_end(&mut answer)).await;
    // A connection that is closed with bytes unread is reset, which does as well.
    let _ = read.expect("the listener closes");
    tasks.stop().await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_does_not_show_its_protocol_loses_its_connection() {
    for sent in [&b""[..], b"P", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r"] {
        let start = Instant::now();
        assert_eq!(answer(&[sent]).await, "");
        let waited = start.elapsed().as_secs();
        assert_eq!(waited, 5, "after {sent:?}");
    }
}

#[tokio::test]
async fn a_request_whose_first_bytes_look_like_http_2_is_answered() {
    let rest = b"OPFIND / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let answer = answer(&[b"PR", rest]).await;
    assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
}
