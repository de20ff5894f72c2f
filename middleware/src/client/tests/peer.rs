//! The other end of a connection of hyper-util's client.

use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;
use tower::{Layer as _, ServiceExt as _};

use crate::testing::words::{Traces, int, text};

#[tokio::test]
async fn the_peer_is_whom_the_connection_goes_to() {
    let traces = Traces::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().route("/", get(|| async { "hello" }));
    tokio::spawn(async move { axum::serve(listener, app).await });
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let request = Request::get(format!("http://localhost:{}/", address.port()));
    let request = request.body(Empty::new()).unwrap();
    let sent = traces.client().layer(client).oneshot(request).await;
    sent.unwrap().into_body().collect().await.unwrap();
    let span = traces.only();
    let port = Some(i64::from(address.port()));
    assert_eq!(text(&span, "server.address").as_deref(), Some("localhost"));
    assert_eq!(int(&span, "server.port"), port);
    let peer = text(&span, "network.peer.address");
    assert_eq!(peer.as_deref(), Some("127.0.0.1"));
    assert_eq!(int(&span, "network.peer.port"), port);
}
