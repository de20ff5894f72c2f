//! TLS and mTLS.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::ClientConfig;
use tokio::io::ReadBuf;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::*;
use crate::config::HumanDuration;
use crate::tls::testing::Authority;
use crate::tls::{ServerTls, TlsVersion};

async fn running(block: &ServerTls) -> Running {
    let settings = Settings {
        tls: Some(block.open("tls").expect("good files")),
        ..Settings::default()
    };
    Running::on_a_port(settings).await
}

async fn connect(
    running: &Running,
    client: Arc<ClientConfig>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let socket = TcpStream::connect(running.address())
        .await
        .expect("it listens");
    let name = "localhost".try_into().expect("a name");
    let connect = TlsConnector::from(client).connect(name, socket);
    timeout(Duration::from_secs(20), connect)
        .await
        .expect("in time")
}

/// What the page says to a client with this configuration, or why it says nothing.
async fn page(running: &Running, client: Arc<ClientConfig>) -> String {
    match connect(running, client).await {
        Ok(mut stream) => ask(&mut stream).await,
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn both_versions_are_spoken_and_the_oldest_can_be_set() {
    let authority = Authority::new("authority");
    authority.sign("server");
    let mut block = authority.server("server");
    for (min, old) in [(TlsVersion::V1_2, true), (TlsVersion::V1_3, false)] {
        block.min_version = min;
        let running = running(&block).await;
        let modern = page(&running, authority.client(None, TlsVersion::V1_3)).await;
        assert!(modern.ends_with("hello, network"), "{modern}");
        let page = page(&running, authority.client(None, TlsVersion::V1_2)).await;
        assert_eq!(page.ends_with("hello, network"), old, "{page}");
        assert_eq!(running.refused("handshake"), i64::from(!old));
        running.tasks.stop().await;
    }
}

#[tokio::test]
async fn http_2_and_http_1_are_offered() {
    let authority = Authority::new("authority");
    authority.sign("server");
    let running = running(&authority.server("server")).await;
    for offered in [&b"h2"[..], b"http/1.1"] {
        let mut client = ClientConfig::clone(&authority.client(None, TlsVersion::V1_3));
        client.alpn_protocols = vec![offered.to_vec()];
        let stream = connect(&running, Arc::new(client))
            .await
            .expect("connected");
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(offered));
    }
}

#[tokio::test]
async fn with_an_authority_for_clients_strangers_are_not_served() {
    let authority = Authority::new("authority");
    let strangers = Authority::new("strangers");
    authority.sign("server");
    let block = ServerTls {
        client_ca_file: Some(authority.path("ca.pem")),
        ..authority.server("server")
    };
    let running = running(&block).await;
    let known = authority.sign("client");
    let stranger = strangers.sign("client");
    for version in [TlsVersion::V1_2, TlsVersion::V1_3] {
        for (identity, served) in [
            (None, false),
            (Some(&stranger), false),
            (Some(&known), true),
        ] {
            let page = page(&running, authority.client(identity, version)).await;
            assert_eq!(
                page.ends_with("hello, network"),
                served,
                "{version}: {page}"
            );
        }
    }
    assert_eq!(running.refused("handshake"), 4);
}

#[tokio::test]
async fn who_forgets_tls_is_told_so_and_noise_is_refused() {
    let authority = Authority::new("authority");
    authority.sign("server");
    let running = running(&authority.server("server")).await;
    let mut plain = TcpStream::connect(running.address())
        .await
        .expect("it listens");
    let answer = ask(&mut plain).await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.ends_with("this port speaks TLS: ask for it by https\r\n"));
    assert_eq!(running.refused("tls"), 1);
    let mut noise = TcpStream::connect(running.address())
        .await
        .expect("it listens");
    let garbage = [&[0x16, 3, 1, 0xff, 0xff][..], &[0xaa; 400]].concat();
    noise.write_all(&garbage).await.expect("sent");
    rest(&mut noise).await;
    assert_eq!(running.refused("handshake"), 1);
    let page = page(&running, authority.client(None, TlsVersion::V1_3)).await;
    assert!(page.ends_with("hello, network"), "{page}");
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_does_not_go_on_ends_after_five_seconds() {
    let authority = Authority::new("authority");
    authority.sign("server");
    let running = running(&authority.server("server")).await;
    for sent in [
        &b""[..],
        b"\x16",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ] {
        let start = Instant::now();
        let mut peer = TcpStream::connect(running.address())
            .await
            .expect("it listens");
        peer.write_all(sent).await.expect("sent");
        rest(&mut peer).await;
        assert_eq!(start.elapsed(), Duration::from_secs(5), "after {sent:?}");
    }
    assert_eq!(running.refused("handshake"), 3);
}

/// Sends one byte at a time.
struct Trickle(TcpStream);

impl AsyncRead for Trickle {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Trickle {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, &bytes[..bytes.len().min(1)])
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[tokio::test]
async fn a_handshake_that_comes_byte_by_byte_is_a_handshake() {
    let authority = Authority::new("authority");
    authority.sign("server");
    let running = running(&authority.server("server")).await;
    let socket = TcpStream::connect(running.address())
        .await
        .expect("it listens");
    socket.set_nodelay(true).expect("a socket");
    let connector = TlsConnector::from(authority.client(None, TlsVersion::V1_3));
    let name = "localhost".try_into().expect("a name");
    let connect = connector.connect(name, Trickle(socket));
    let stream = timeout(Duration::from_secs(20), connect).await;
    let mut stream = stream.expect("in time").expect("connected");
    let page = ask(&mut stream).await;
    assert!(page.ends_with("hello, network"), "{page}");
}

#[tokio::test]
async fn a_new_certificate_is_used_once_it_is_there() {
    let authority = Authority::new("authority");
    let next = Authority::new("next");
    authority.sign("server");
    let block = ServerTls {
        reload_interval: HumanDuration(Duration::from_millis(10)),
        ..authority.server("server")
    };
    let running = running(&block).await;
    let serves = async |authority: &Authority| {
        let page = page(&running, authority.client(None, TlsVersion::V1_3)).await;
        page.ends_with("hello, network")
    };
    assert!(serves(&authority).await);
    let (certificate, key) = next.sign("server");
    authority.write("server.pem", &certificate);
    authority.write("server.key", &key);
    let renewed = async { while !serves(&next).await {} };
    let renewed = timeout(Duration::from_secs(20), renewed).await;
    renewed.expect("the new one is used");
    assert!(!serves(&authority).await);
    running.tasks.stop().await;
}
