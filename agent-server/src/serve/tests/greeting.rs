//! Peers that take their time, or speak something else.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::*;

/// Connects to a listener, sends `parts` one by one, and reads until the listener closes.
async fn answer(parts: &[&[u8]]) -> (Running, String) {
    let running = Running::on_a_port(Settings::default()).await;
    let mut peer = TcpStream::connect(running.address())
        .await
        .expect("connected");
    for part in parts {
        peer.write_all(part).await.expect("sent");
        peer.flush().await.expect("sent");
        tokio::task::yield_now().await;
    }
    let answer = rest(&mut peer).await;
    (running, answer)
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_does_not_show_its_protocol_loses_its_connection() {
    for sent in [&b""[..], b"P", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r"] {
        let start = Instant::now();
        let (running, answer) = answer(&[sent]).await;
        assert_eq!(answer, "");
        assert_eq!(start.elapsed(), Duration::from_secs(5), "after {sent:?}");
        assert_eq!(running.refused("silent"), 1);
        running.tasks.stop().await;
    }
}

#[tokio::test]
async fn a_request_whose_first_bytes_look_like_http_2_is_answered() {
    let rest = b"OPFIND / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let (_running, answer) = answer(&[b"PR", rest]).await;
    assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
}

#[tokio::test]
async fn tls_on_a_port_without_it_is_refused_at_once_and_counted() {
    let (running, answer) = answer(&[b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"]).await;
    assert_eq!(answer, "");
    assert_eq!(running.refused("tls"), 1);
}
