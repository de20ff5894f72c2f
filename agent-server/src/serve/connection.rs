//! Serving connections.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tower::ServiceExt as _;

use super::Listener;
use crate::component::Tasks;

const MAX_CONNECTIONS: usize = 1_024;

/// How long a peer may take to show which protocol it speaks, and then to send a request's head.
const HEAD_DEADLINE: Duration = Duration::from_secs(5);

/// What an HTTP/2 client sends first
/// ([RFC 9113, section 3.4](https://www.rfc-editor.org/rfc/rfc9113#section-3.4)).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What a listener's configuration may change of the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// HTTP/2 streams that one connection may have open at a time.
    pub max_concurrent_streams: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_concurrent_streams: 100,
        }
    }
}

/// Serves `router` on `listener` until the tasks' token is cancelled. Handlers find the peer's
/// address as `ConnectInfo<SocketAddr>`.
pub fn http(listener: Listener, router: Router, tasks: &Tasks) {
    http_with(listener, router, Settings::default(), tasks);
}

/// [`http()`] with other limits than the default ones.
pub fn http_with(listener: Listener, router: Router, settings: Settings, tasks: &Tasks) {
    let connections = tasks.clone();
    tasks.spawn(async move {
        let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        let builder = Arc::new(builder(settings));
        let accept = async {
            // Ends only if the semaphore were closed, which nothing does.
            while let Ok(slot) = Arc::clone(&slots).acquire_owned().await {
                let (stream, peer) = listener.accept().await;
                let (builder, router) = (Arc::clone(&builder), router.clone());
                let token = connections.token().clone();
                connections.spawn(async move {
                    let serving = connection(&builder, stream, peer, router);
                    serving.until(token.cancelled()).await;
                    drop(slot);
                });
            }
        };
        tokio::select! {
            () = connections.token().cancelled() => {}
            () = accept => {}
        }
    });
}

fn builder(settings: Settings) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_DEADLINE)
        .max_headers(64)
        .max_buf_size(64 << 10);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(settings.max_concurrent_streams)
        .max_header_list_size(16 << 10)
        .initial_stream_window_size(1 << 20)
        .initial_connection_window_size(2 << 20)
        .keep_alive_interval(Some(Duration::from_secs(20)))
        .keep_alive_timeout(Duration::from_secs(10));
    builder
}

/// One connection, not yet polled.
struct Serving<'b> {
    builder: &'b Builder<TokioExecutor>,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
}

fn connection(
    builder: &Builder<TokioExecutor>,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
) -> Serving<'_> {
    Serving {
        builder,
        stream,
        peer,
        router,
    }
}

impl Serving<'_> {
    /// Serves until the peer leaves, or `stop` resolves and what was begun is answered.
    async fn until(self, stop: impl Future<Output = ()>) {
        let Self {
            builder,
            stream,
            peer,
            router,
        } = self;
        tokio::pin!(stop);
        let greeted = tokio::select! {
            greeted = timeout(HEAD_DEADLINE, greeting(&stream)) => matches!(greeted, Ok(Ok(()))),
            () = stop.as_mut() => false,
        };
        if !greeted {
            return;
        }
        let _ = stream.set_nodelay(true);
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request)
        });
        let serving = builder.serve_connection(TokioIo::new(stream), service);
        tokio::pin!(serving);
        let ended = tokio::select! {
            ended = serving.as_mut() => ended,
            () = stop.as_mut() => {
                serving.as_mut().graceful_shutdown();
                serving.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, %peer, "connection ended");
        }
    }
}

/// Waits until the first bytes tell HTTP/1 from HTTP/2, or the peer has left. The library that
/// serves both waits for them without a limit, and silent peers would take every slot for good.
async fn greeting(stream: &TcpStream) -> io::Result<()> {
    let mut first = [0; PREFACE.len()];
    loop {
        let length = stream.peek(&mut first).await?;
        let is_part = (1..PREFACE.len()).contains(&length)
            && first
                .get(..length)
                .is_some_and(|part| PREFACE.starts_with(part));
        if !is_part {
            return Ok(());
        }
        // What was only looked at stays readable, so there is nothing to wait for but time.
        sleep(Duration::from_millis(10)).await;
    }
}
