//! Serving HTTP/1.1 and HTTP/2 on an opened connection.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use futures_util::future::poll_fn;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::greeting::Protocol;
use super::pulse::{Answer, InFlight, Pulse};
use super::stream::Stream;
use super::watch::{Limits, Verdict, Watch, Why};
use super::{BodyDeadline, Peer, Settings};

/// How long an alarm waits that nobody has set.
const NEVER: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The largest HTTP/2 frame that peers may send: a usual request fits into one, and one frame of
/// 64 KiB costs both sides less than four of 16.
const FRAME: u32 = 64 << 10;

/// HTTP as one listener serves it.
#[derive(Debug)]
pub(super) struct Http {
    http1: http1::Builder,
    http2: http2::Builder<TokioExecutor>,
    settings: Settings,
    router: Router,
}

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("the answer was not ready within {} s", .0.as_secs())]
    Answer(Duration),
    #[error(transparent)]
    Http(#[from] hyper::Error),
    #[error("closed: {0:?}")]
    Watch(Why),
}

impl Http {
    pub(super) fn new(settings: Settings, router: Router) -> Self {
        let mut http1 = http1::Builder::new();
        // The watch tells a slow head from an idle connection; the library does not.
        http1
            .timer(TokioTimer::new())
            .header_read_timeout(None)
            .keep_alive(settings.keep_alive)
            .max_headers(64)
            .max_header_size(16 << 10)
            .max_buf_size(64 << 10);
        let mut http2 = http2::Builder::new(TokioExecutor::new());
        http2
            .timer(TokioTimer::new())
            .max_concurrent_streams(settings.max_concurrent_streams)
            .max_header_list_size(16 << 10)
            .max_pending_accept_reset_streams(20)
            .max_local_error_reset_streams(100)
            .max_frame_size(FRAME)
            .initial_stream_window_size(1 << 20)
            .initial_connection_window_size(2 << 20)
            .keep_alive_interval(Some(settings.ping_interval))
            .keep_alive_timeout(settings.ping_timeout);
        Self {
            http1,
            http2,
            settings,
            router,
        }
    }

    /// Serves until the peer leaves, its time is up, or `stop` is cancelled and what was begun is
    /// answered.
    pub(super) async fn serve(
        &self,
        protocol: Protocol,
        stream: Stream,
        pulse: Arc<Pulse>,
        peer: Peer,
        stop: &CancellationToken,
    ) {
        let watch = Watch::new(self.limits(protocol), Instant::now());
        let service = {
            let asked = Asked {
                answer: self.settings.answer,
                body: self.settings.body,
                peer,
                router: self.router.clone(),
            };
            let pulse = Arc::clone(&pulse);
            service_fn(move |request| asked.clone().answer(request, pulse.begin()))
        };
        let stream = TokioIo::new(stream);
        let ended = if protocol == Protocol::Http2 {
            let connection = pin!(self.http2.serve_connection(stream, service));
            drive(connection, |c| c.graceful_shutdown(), watch, &pulse, stop).await
        } else {
            let connection = pin!(self.http1.serve_connection(stream, service));
            drive(connection, |c| c.graceful_shutdown(), watch, &pulse, stop).await
        };
        if let Err(error) = ended {
            tracing::debug!(%error, %peer, "connection ended");
        }
    }

    fn limits(&self, protocol: Protocol) -> Limits {
        let settings = &self.settings;
        let (head, idle) = match protocol {
            Protocol::Http2 => (None, settings.idle_http2),
            Protocol::Http1 | Protocol::Tls => (Some(settings.head), settings.idle_http1),
        };
        Limits {
            // Connections that were opened together do not all end together.
            age: settings.max_age.map(|age| age.mul_f64(spread())),
            grace: settings.max_age_grace,
            head,
            idle,
            stall: settings.stall,
        }
    }
}

/// Between 0.9 and 1.1.
fn spread() -> f64 {
    fastrand::f64().mul_add(0.2, 0.9)
}

/// What a request needs beside itself.
#[derive(Clone)]
struct Asked {
    answer: Option<Duration>,
    body: Option<Duration>,
    peer: Peer,
    router: Router,
}

impl Asked {
    async fn answer(
        self,
        mut request: Request<Incoming>,
        in_flight: InFlight,
    ) -> Result<Response<Answer>, Ended> {
        let extensions = request.extensions_mut();
        extensions.insert(ConnectInfo(self.peer));
        if let Some(limit) = self.body {
            extensions.insert(BodyDeadline(limit));
        }
        let answer = self.router.oneshot(request.map(Body::new));
        let Ok(response) = match self.answer {
            None => answer.await,
            Some(limit) => timeout(limit, answer)
                .await
                .map_err(|_| Ended::Answer(limit))?,
        };
        Ok(response.map(|body| Answer::new(body, in_flight)))
    }
}

/// Lets a connection move, under its watch. After `drain` it takes no further request, and ends once
/// those it has are answered.
async fn drive<C: Future<Output = hyper::Result<()>>>(
    mut connection: Pin<&mut C>,
    drain: impl Fn(Pin<&mut C>),
    mut watch: Watch,
    pulse: &Pulse,
    stop: &CancellationToken,
) -> Result<(), Ended> {
    let mut stop = pin!(stop.cancelled());
    let mut stopping = false;
    let mut alarm = pin!(sleep_until(Instant::now() + NEVER));
    poll_fn(|cx| {
        if !stopping && stop.as_mut().poll(cx).is_ready() {
            stopping = true;
            watch.drain(Instant::now());
            drain(connection.as_mut());
        }
        loop {
            if let Poll::Ready(ended) = connection.as_mut().poll(cx) {
                return Poll::Ready(ended.map_err(Ended::from));
            }
            let at = match watch.look(pulse, Instant::now()) {
                Verdict::Close(why) => return Poll::Ready(Err(Ended::Watch(why))),
                Verdict::Drain => {
                    drain(connection.as_mut());
                    continue;
                }
                Verdict::Wait(None) => return Poll::Pending,
                Verdict::Wait(Some(at)) => at,
            };
            // An alarm that rings too early is set anew then: cheaper than at every movement.
            if alarm.is_elapsed() || at < alarm.deadline() {
                alarm.as_mut().reset(at);
            }
            if alarm.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
    })
    .await
}
