//! What moves on a connection: noted by its stream and its requests, looked at by its watch.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};

/// The movements of one connection.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    /// Requests begun so far.
    begun: AtomicUsize,
    /// Requests not answered yet to their last byte.
    in_flight: AtomicUsize,
    /// Whether anything was read since [`take_read`](Self::take_read).
    read: AtomicBool,
    /// Whether the last write waits for the peer.
    stalled: AtomicBool,
}

impl Pulse {
    /// Notes the begin of a request; dropping the guard is its end.
    pub(super) fn begin(self: &Arc<Self>) -> InFlight {
        self.begun.fetch_add(1, Ordering::AcqRel);
        self.in_flight.fetch_add(1, Ordering::AcqRel);
        InFlight(Arc::clone(self))
    }

    pub(super) fn note_read(&self) {
        self.read.store(true, Ordering::Relaxed);
    }

    pub(super) fn note_write(&self, done: bool) {
        self.stalled.store(!done, Ordering::Relaxed);
    }

    pub(super) fn begun(&self) -> usize {
        self.begun.load(Ordering::Acquire)
    }

    pub(super) fn is_busy(&self) -> bool {
        self.in_flight.load(Ordering::Acquire) > 0
    }

    pub(super) fn is_stalled(&self) -> bool {
        self.stalled.load(Ordering::Relaxed)
    }

    /// Whether anything was read since this was last asked.
    pub(super) fn take_read(&self) -> bool {
        self.read.swap(false, Ordering::Relaxed)
    }
}

/// A request that is not answered yet.
#[derive(Debug)]
pub(super) struct InFlight(Arc<Pulse>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A response's body, at whose end the request is no longer in flight.
#[derive(Debug)]
pub(super) struct Answer {
    body: Body,
    _in_flight: InFlight,
}

impl Answer {
    pub(super) fn new(body: Body, in_flight: InFlight) -> Self {
        Self {
            body,
            _in_flight: in_flight,
        }
    }
}

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
