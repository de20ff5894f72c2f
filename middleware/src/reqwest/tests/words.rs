//! A server and a client of its own.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Redirect;
use axum::routing::get;
use bytes::Bytes;
use http::HeaderMap;
use http_body::Frame;
use tokio::net::TcpListener;

/// Serves a few paths until the runtime of the test ends.
pub(super) async fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let address = listener.local_addr().expect("it is bound");
    let echo = |headers: HeaderMap| async move {
        let sent = headers
            .get("traceparent")
            .and_then(|value| value.to_str().ok());
        sent.unwrap_or("none").to_owned()
    };
    let app = Router::new()
        .route("/", get(echo))
        .route("/moved", get(|| async { Redirect::temporary("/") }))
        .route("/endless", get(|| async { Body::new(Endless) }))
        .route("/never", get(std::future::pending::<()>));
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

pub(super) fn plain() -> reqwest::Client {
    builder().build().expect("a client without TLS of its own")
}

pub(super) fn builder() -> reqwest::ClientBuilder {
    // Another crate of the same build may have switched TLS on, which wants a provider. That one
    // is already there from another test is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(20))
}

/// A body that never ends.
struct Endless;

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}
