//! The layer around a service of hyper, without any framework.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tower::{Layer as _, service_fn};

use crate::testing::words::{Traces, assert_error, in_span, text};

async fn hello<B>(_: Request<B>) -> Result<Response<Full<Bytes>>, Infallible> {
    assert!(in_span(), "the handler runs inside the span");
    Ok(Response::new(Full::new(Bytes::from_static(b"hello"))))
}

#[tokio::test]
async fn a_service_of_hyper_is_traced() {
    let traces = Traces::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = TowerToHyperService::new(traces.server().layer(service_fn(hello)));
    let serving = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("somebody connects");
        let builder = Builder::new(TokioExecutor::new());
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        connection.await.expect("it is closed in order");
    });
    let mut socket = TcpStream::connect(address).await.unwrap();
    let request = b"GET /a HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";
    socket.write_all(request).await.unwrap();
    let mut answer = String::new();
    let read = socket.read_to_string(&mut answer);
    timeout(Duration::from_secs(20), read)
        .await
        .unwrap()
        .unwrap();
    assert!(answer.ends_with("hello"), "{answer}");
    serving.await.unwrap();
    let span = traces.only();
    assert_eq!(text(&span, "url.path").as_deref(), Some("/a"));
    assert_error(&span, None);
}
