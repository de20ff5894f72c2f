//! HTTP/1.1 as no library would send it.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;
use crate::receivers::testing::until;

const HEAD: &str = "HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\n";

/// Posts `body` to `path` as it stands.
pub(super) async fn post_status(address: SocketAddr, path: &str, body: &[u8]) -> u16 {
    let head = format!("POST {path} {HEAD}content-length: {}\r\n\r\n", body.len());
    let mut socket = TcpStream::connect(address).await.expect("it listens");
    socket.write_all(head.as_bytes()).await.expect("sent");
    socket.write_all(body).await.expect("sent");
    status(&mut socket).await
}

async fn status(socket: &mut TcpStream) -> u16 {
    let mut line = [0; 12];
    within(socket.read_exact(&mut line))
        .await
        .expect("an answer");
    let line = str::from_utf8(&line).expect("text");
    let code = line.strip_prefix("HTTP/1.1 ").expect("HTTP/1.1");
    code.parse().expect("a code")
}

async fn connect(running: &Running) -> TcpStream {
    let address = running.address("otlp.protocols.http.endpoint");
    TcpStream::connect(address).await.expect("it listens")
}

#[tokio::test]
async fn an_endless_chunked_body_is_stopped_at_the_limit() {
    let running = running().await;
    let mut socket = connect(&running).await;
    let head = format!("POST /v1/traces {HEAD}transfer-encoding: chunked\r\n\r\n");
    socket.write_all(head.as_bytes()).await.expect("sent");
    let chunk = [&b"10000\r\n"[..], &[0; 0x1_0000], b"\r\n"].concat();
    // The limit is 1 MiB; the agent may close while this is still writing.
    for _ in 0..17 {
        if socket.write_all(&chunk).await.is_err() {
            break;
        }
    }
    assert_eq!(status(&mut socket).await, 413);
    assert_eq!(invalid(&running, "too_large"), 1);
    still_serves(&running).await;
}

#[tokio::test]
async fn a_length_that_is_too_large_is_refused_before_the_body() {
    let running = running().await;
    let mut socket = connect(&running).await;
    let head = format!("POST /v1/traces {HEAD}content-length: 1048577\r\n\r\n");
    socket.write_all(head.as_bytes()).await.expect("sent");
    assert_eq!(status(&mut socket).await, 413);
}

#[tokio::test]
async fn a_connection_cut_within_the_body_hands_nothing_over() {
    let running = running().await;
    let mut socket = connect(&running).await;
    let head = format!("POST /v1/traces {HEAD}content-length: 100\r\n\r\nabc");
    socket.write_all(head.as_bytes()).await.expect("sent");
    drop(socket);
    let mut socket = connect(&running).await;
    socket
        .write_all(b"not http at all\r\n\r\n")
        .await
        .expect("sent");
    assert_eq!(status(&mut socket).await, 400);
    still_serves(&running).await;
    until(|| running.recorder.taken().len() == 2).await;
}
