//! The body that carries the guard to the last byte.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Buf;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::describe::grpc::Messages;
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
        progress: Progress,
        guard: Option<SpanGuard>,
    }
}

/// How much of the body has been seen.
#[derive(Debug, Default)]
struct Progress {
    /// Bytes that `Content-Length` still announces.
    remaining: Option<u64>,
    /// Bytes that were seen, where anybody wants to know.
    bytes: Option<u64>,
    messages: Option<Messages>,
}

impl<B: Body> TracedBody<B> {
    /// Wraps `inner`, of which `remaining` bytes are announced.
    pub(crate) fn new(inner: B, mut guard: SpanGuard, remaining: Option<u64>) -> Self {
        let settings = guard.settings();
        let is_counted = settings.body_sizes || settings.message_counts;
        let counts_messages = settings.message_counts && guard.exchange().is_grpc;
        let progress = Progress {
            remaining,
            bytes: is_counted.then_some(0),
            messages: counts_messages.then(Messages::default),
        };
        progress.tell(&mut guard);
        if remaining == Some(0) || inner.is_end_stream() {
            guard.finish(Outcome::Completed);
        }
        Self {
            inner,
            progress,
            guard: Some(guard),
        }
    }
}

impl<B> TracedBody<B> {
    /// Wraps `inner`, which is not traced.
    #[inline]
    pub(crate) fn untraced(inner: B) -> Self {
        Self {
            inner,
            progress: Progress::default(),
            guard: None,
        }
    }

    /// The inner body, when there is nothing left to trace.
    #[cfg(feature = "axum")]
    pub(crate) fn into_untraced(self) -> Result<B, Self> {
        match &self.guard {
            Some(guard) if !guard.is_finished() => Err(self),
            _ => Ok(self.inner),
        }
    }
}

impl<B: Body> Body for TracedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    #[inline]
    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let Some(guard) = this.guard.as_mut().filter(|guard| !guard.is_finished()) else {
            return this.inner.poll_frame(cx);
        };
        let entered = guard.enter();
        let polled = this.inner.as_mut().poll_frame(cx);
        drop(entered);
        let frame = ready!(polled);
        this.progress.observe(frame.as_ref(), guard);
        if this.inner.is_end_stream() {
            guard.finish(Outcome::Completed);
        }
        Poll::Ready(frame)
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Progress {
    /// Tells the guard what `frame` means.
    ///
    /// A server stops reading once it has sent the announced number of bytes, so that is an end
    /// too.
    fn observe<D: Buf, E>(&mut self, frame: Option<&Result<Frame<D>, E>>, guard: &mut SpanGuard) {
        match frame {
            None => guard.finish(Outcome::Completed),
            Some(Err(_)) => guard.finish(Outcome::BodyFailed(error_type::<E>())),
            Some(Ok(frame)) => {
                if let Some(trailers) = frame.trailers_ref() {
                    guard.trailers(trailers);
                } else if let Some(data) = frame.data_ref() {
                    self.count(data, guard);
                }
            }
        }
    }

    fn count(&mut self, data: &impl Buf, guard: &mut SpanGuard) {
        let length = data.remaining() as u64;
        if let Some(bytes) = &mut self.bytes {
            *bytes += length;
            if let Some(messages) = &mut self.messages {
                messages.see(data);
            }
            self.tell(guard);
        }
        if let Some(left) = &mut self.remaining {
            *left = left.saturating_sub(length);
            if *left == 0 {
                guard.finish(Outcome::Completed);
            }
        }
    }

    fn tell(&self, guard: &mut SpanGuard) {
        if let Some(bytes) = self.bytes {
            let messages = self.messages.as_ref().map(Messages::count);
            guard.count_response(bytes, messages);
        }
    }
}
