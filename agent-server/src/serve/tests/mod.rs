//! Listeners on real sockets.

mod auth;
mod cors;
mod greeting;
mod hostile;
mod http2;
mod keepalive;
mod tls;
mod unix;
mod watch;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Extension;
use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use super::{Peer, Settings, bind, http_with};
use crate::admission::Lease;
use crate::component::{Context, Shared, Tasks};
use crate::config::{Endpoint, ListenAddress};

const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";
const LAST_GET: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

/// A listener with one page.
struct Running {
    shared: Shared,
    tasks: Tasks,
}

impl Running {
    /// Serves `/`, which says `hello` and to whom.
    async fn start(endpoint: impl Into<ListenAddress>, settings: Settings) -> Self {
        let router = Router::new().route("/", get(hello));
        Self::start_with(endpoint, settings, router).await
    }

    async fn start_with(
        endpoint: impl Into<ListenAddress>,
        settings: Settings,
        router: Router,
    ) -> Self {
        let context = Context {
            id: "otlp".parse().expect("an id"),
            shared: Shared::default(),
        };
        let listener = bind(endpoint, "endpoint", &context).await;
        let tasks = Tasks::default();
        http_with(listener.expect("bound"), router, settings, &tasks);
        Self {
            shared: context.shared,
            tasks,
        }
    }

    async fn on_a_port(settings: Settings) -> Self {
        Self::start(&Endpoint::loopback(0), settings).await
    }

    fn address(&self) -> SocketAddr {
        self.shared.addresses.inet("otlp.endpoint").expect("bound")
    }

    fn refused(&self, reason: &str) -> i64 {
        let name = "campanile_listener_refused_connections";
        let series = format!("{name}{{listener=\"otlp.endpoint\",reason=\"{reason}\"}}");
        self.shared.metrics.values()[&series]
    }
}

/// Answers where the listener has said who asks, and what memory there is for what arrives.
async fn hello(ConnectInfo(peer): ConnectInfo<Peer>, _: Extension<Lease>) -> String {
    match peer {
        Peer::Inet(_) => "hello, network".to_owned(),
        Peer::Unix { uid, .. } => format!("hello, user {}", uid.unwrap_or_default()),
    }
}

/// Reads until the listener closes.
async fn rest(peer: &mut (impl AsyncRead + Unpin)) -> String {
    let mut answer = Vec::new();
    let read = timeout(Duration::from_secs(600), peer.read_to_end(&mut answer)).await;
    // A connection that is closed with bytes unread is reset, which does as well.
    let _ = read.expect("the listener closes");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Asks for the page, for the last time, and reads the answer.
async fn ask(peer: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> String {
    // What is not taken is not answered either.
    let _ = peer.write_all(LAST_GET).await;
    let _ = peer.flush().await;
    rest(peer).await
}

/// Asks for the page, and reads the answer as far as it is known.
async fn ask_again(peer: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    peer.write_all(GET).await.expect("sent");
    let mut answer = Vec::new();
    while !answer.ends_with(b"hello, network") {
        answer.push(peer.read_u8().await.expect("an answer"));
    }
}
