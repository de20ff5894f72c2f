//! Serving HTTP/1.1 and HTTP/2 on an opened connection.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::drive::{Ended, drive};
use super::greeting::Protocol;
use super::pulse::{Answer, InFlight, Pulse};
use super::stream::Stream;
use super::watch::{Limits, Watch};
use super::{BodyDeadline, Peer, Settings};
use crate::admission::{Budget, Memory};
use crate::auth::Gate;
use crate::ops::Counter;

/// The largest HTTP/2 frame that peers may send: a usual request fits into one, and one frame of
/// 64 KiB costs both sides less than four of 16.
const FRAME: u32 = 64 << 10;

/// HTTP as one listener serves it.
#[derive(Debug)]
pub(super) struct Http {
    http1: http1::Builder,
    http2: http2::Builder<TokioExecutor>,
    settings: Settings,
    memory: Memory,
    /// Requests for which there was no memory.
    refused: Counter,
    router: Router,
}

impl Http {
    pub(super) fn new(
        settings: Settings,
        router: Router,
        memory: Memory,
        refused: Counter,
    ) -> Self {
        let window = memory.window();
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
            .initial_stream_window_size(window / 2)
            .initial_connection_window_size(window)
            .keep_alive_interval(Some(settings.ping_interval))
            .keep_alive_timeout(settings.ping_timeout);
        Self {
            http1,
            http2,
            settings,
            memory,
            refused,
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
                auth: self.settings.auth.clone(),
                body: self.settings.body,
                budget: Budget::new(self.memory.clone(), peer.into(), self.refused.clone()),
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
    auth: Option<Gate>,
    body: Option<Duration>,
    budget: Budget,
    peer: Peer,
    router: Router,
}

impl Asked {
    async fn answer(
        self,
        request: Request<Incoming>,
        in_flight: InFlight,
    ) -> Result<Response<Answer>, Ended> {
        let mut request = request.map(Body::new);
        if let Some(gate) = &self.auth {
            request = match gate.pass(request).await {
                Ok(request) => request,
                Err(refusal) => return Ok(refusal.map(|body| Answer::new(body, in_flight))),
            };
        }
        let extensions = request.extensions_mut();
        extensions.insert(ConnectInfo(self.peer));
        // Given back when the request is answered.
        let lease = self.budget.lease();
        extensions.insert(lease.clone());
        if let Some(limit) = self.body {
            extensions.insert(BodyDeadline(limit));
        }
        let answer = self.router.oneshot(request);
        let Ok(response) = match self.answer {
            None => answer.await,
            Some(limit) => timeout(limit, answer)
                .await
                .map_err(|_| Ended::Answer(limit))?,
        };
        drop(lease);
        Ok(response.map(|body| Answer::new(body, in_flight)))
    }
}
