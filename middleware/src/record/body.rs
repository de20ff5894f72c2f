//! The body that carries the guard to the last byte.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Buf;
use http::response;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::record::guard::SpanGuard;
use crate::record::outcome::{Outcome, error_type};

pin_project! {
    /// Response body of [`ServerService`](crate::ServerService) and
    /// [`ClientService`](crate::ClientService).
    ///
    /// The span ends with the last frame, with an error, or when the body is dropped.
    #[derive(Debug, Default)]
    pub struct TracedBody<B> {
        // Before the guard, so that whatever the inner body does when it is dropped is still
        // inside the span.
        #[pin]
        inner: B,
        remaining: Option<u64>,
        guard: Option<SpanGuard>,
    }
}

impl<B: Body> TracedBody<B> {
    /// Wraps `inner`; without a guard the request is not traced.
    pub(crate) fn new(head: &response::Parts, inner: B, mut guard: Option<SpanGuard>) -> Self {
        let mut remaining = None;
        if let Some(guard) = &mut guard {
            remaining = guard.head(head);
            if remaining == Some(0) || inner.is_end_stream() {
                guard.finish(Outcome::Completed);
            }
        }
        Self {
            inner,
            remaining,
            guard,
        }
    }
}

impl<B: Body> Body for TracedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let Some(guard) = this.guard else {
            return this.inner.poll_frame(cx);
        };
        let entered = guard.enter();
        let polled = this.inner.as_mut().poll_frame(cx);
        drop(entered);
        let frame = ready!(polled);
        observe(frame.as_ref(), this.remaining, guard);
        if this.inner.is_end_stream() {
            guard.finish(Outcome::Completed);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// Tells the guard what `frame` means.
///
/// A server stops reading once it has sent the announced number of bytes, so that is an end too.
fn observe<D: Buf, E>(
    frame: Option<&Result<Frame<D>, E>>,
    remaining: &mut Option<u64>,
    guard: &mut SpanGuard,
) {
    match frame {
        None => guard.finish(Outcome::Completed),
        Some(Err(_)) => guard.finish(Outcome::BodyFailed(error_type::<E>())),
        Some(Ok(frame)) => {
            if let Some(trailers) = frame.trailers_ref() {
                guard.trailers(trailers);
            } else if let (Some(data), Some(left)) = (frame.data_ref(), remaining) {
                *left = left.saturating_sub(data.remaining() as u64);
                if *left == 0 {
                    guard.finish(Outcome::Completed);
                }
            }
        }
    }
}
