//! Listeners that ask who is there.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderValue};
use tokio::net::TcpStream;

use super::*;
use crate::auth::{Gate, Guard};

#[derive(Debug)]
struct Key;

impl Guard for Key {
    fn admits<'h>(&'h self, headers: &'h HeaderMap) -> BoxFuture<'h, bool> {
        let admitted = headers.get("x-key").is_some_and(|key| key == "k");
        Box::pin(std::future::ready(admitted))
    }

    fn challenge(&self) -> HeaderValue {
        HeaderValue::from_static("Key")
    }
}

#[tokio::test]
async fn a_request_of_nobody_known_is_answered_before_its_body_comes() {
    let running = Running::on_a_port(Settings {
        auth: Some(Gate::new(Arc::new(Key))),
        ..Settings::default()
    })
    .await;
    let mut known = TcpStream::connect(running.address())
        .await
        .expect("connected");
    let request = b"GET / HTTP/1.1\r\nhost: a\r\nx-key: k\r\nconnection: close\r\n\r\n";
    known.write_all(request).await.expect("sent");
    assert!(rest(&mut known).await.contains("hello"));
    let mut unknown = TcpStream::connect(running.address())
        .await
        .expect("connected");
    let request = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\n";
    unknown.write_all(request).await.expect("sent");
    let answer = rest(&mut unknown).await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(answer.contains("www-authenticate: Key"), "{answer}");
}
