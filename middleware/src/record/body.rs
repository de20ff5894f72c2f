//! The body that carries the guard to the last byte.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Buf;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::describe::grpc::Messages;
use crate::record::future::ONLY_DROP;
use crate::record::guard::SpanGuard;
use crate::record::outcome::{ByType, NameError, Outcome};
use crate::record::tracked::Tracked;
use crate::task::drop_inside;

pin_project! {
    /// Response body of [`ServerService`](crate::ServerService) and
    /// [`ClientService`](crate::ClientService).
    ///
    /// The span ends with the last frame, with an error, or when the body is dropped.
    #[derive(Debug)]
    pub struct TracedBody<B, N = ByType> {
        // None only while the rest is dropped.
        #[pin]
        inner: Option<B>,
        tracked: Option<Tracked>,
        remaining: Option<u64>,
        counting: Option<Box<Counting>>,
        names: PhantomData<fn() -> N>,
    }

    impl<B, N> PinnedDrop for TracedBody<B, N> {
        // Whatever the inner body does when it is dropped is still inside the span.
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(tracked) = this.tracked {
                drop_inside(tracked.context(), || this.inner.set(None));
            }
        }
    }
}

impl<B: Default, N> Default for TracedBody<B, N> {
    fn default() -> Self {
        Self::untraced(B::default())
    }
}

/// What has been seen of a body, where anybody wants to know.
#[derive(Debug, Default)]
struct Counting {
    bytes: u64,
    messages: Option<Messages>,
}

impl<B: Body, N> TracedBody<B, N> {
    /// Wraps `inner`, of which `remaining` bytes are announced.
    pub(crate) fn new(inner: B, mut tracked: Tracked, remaining: Option<u64>) -> Self {
        let counting = match &mut tracked {
            Tracked::Context(_) => None,
            Tracked::Span(guard) => Counting::of(guard),
        };
        let is_end = remaining == Some(0) || inner.is_end_stream();
        if is_end {
            tracked.finish(Outcome::Completed);
        }
        Self {
            inner: Some(inner),
            tracked: (!is_end && !tracked.is_finished()).then_some(tracked),
            remaining,
            counting,
            names: PhantomData,
        }
    }
}

impl<B, N> TracedBody<B, N> {
    /// Wraps `inner`, which is not traced.
    #[inline]
    pub(crate) fn untraced(inner: B) -> Self {
        Self {
            inner: Some(inner),
            tracked: None,
            remaining: None,
            counting: None,
            names: PhantomData,
        }
    }

    /// The inner body, when there is nothing left to track.
    #[cfg(feature = "axum")]
    pub(crate) fn into_untraced(mut self) -> Result<B, Self> {
        match self.inner.take() {
            Some(inner) if self.tracked.is_none() => Ok(inner),
            inner => {
                self.inner = inner;
                Err(self)
            }
        }
    }
}

impl<B, N> Body for TracedBody<B, N>
where
    B: Body,
    N: NameError<B::Error>,
{
    type Data = B::Data;
    type Error = B::Error;

    #[inline]
    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.project();
        let mut inner = this.inner.as_pin_mut().expect(ONLY_DROP);
        // A panic that was caught outside has ended the span.
        if this.tracked.as_ref().is_some_and(Tracked::is_finished) {
            *this.tracked = None;
        }
        let Some(tracked) = this.tracked else {
            return inner.poll_frame(cx);
        };
        let entered = tracked.enter();
        let polled = inner.as_mut().poll_frame(cx);
        drop(entered);
        let frame = ready!(polled);
        if let Tracked::Span(guard) = tracked {
            observe::<N, _, _>(frame.as_ref(), this.remaining, this.counting, guard);
        }
        let is_end = !matches!(frame, Some(Ok(_))) || inner.is_end_stream();
        if is_end {
            tracked.finish(Outcome::Completed);
        }
        if is_end || tracked.is_finished() {
            // What is polled from now on is no part of the request.
            *this.tracked = None;
        }
        Poll::Ready(frame)
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(B::is_end_stream)
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        self.inner
            .as_ref()
            .map_or_else(SizeHint::default, B::size_hint)
    }
}

/// Tells the guard what `frame` means.
///
/// A server stops reading once it has sent the announced number of bytes, so that is an end too.
fn observe<N: NameError<E>, D: Buf, E>(
    frame: Option<&Result<Frame<D>, E>>,
    remaining: &mut Option<u64>,
    counting: &mut Option<Box<Counting>>,
    guard: &mut SpanGuard,
) {
    match frame {
        None => guard.finish(Outcome::Completed),
        Some(Err(error)) => guard.finish(Outcome::BodyFailed(N::name(error))),
        Some(Ok(frame)) => {
            if let Some(trailers) = frame.trailers_ref() {
                guard.trailers(trailers);
            } else if let Some(data) = frame.data_ref() {
                if let Some(counting) = counting {
                    counting.see(data, guard);
                }
                if let Some(left) = remaining {
                    *left = left.saturating_sub(data.remaining() as u64);
                    if *left == 0 {
                        guard.finish(Outcome::Completed);
                    }
                }
            }
        }
    }
}

impl Counting {
    /// Begins to count, where the layer was told to.
    fn of(guard: &mut SpanGuard) -> Option<Box<Self>> {
        let settings = guard.settings();
        if !settings.body_sizes && !settings.message_counts {
            return None;
        }
        let counts_messages = settings.message_counts && guard.is_grpc();
        let counting = Self {
            bytes: 0,
            messages: counts_messages.then(Messages::default),
        };
        counting.tell(guard);
        Some(Box::new(counting))
    }

    fn see(&mut self, data: &impl Buf, guard: &mut SpanGuard) {
        self.bytes += data.remaining() as u64;
        if let Some(messages) = &mut self.messages {
            messages.see(data);
        }
        self.tell(guard);
    }

    fn tell(&self, guard: &mut SpanGuard) {
        let messages = self.messages.as_ref().map(Messages::count);
        guard.count_response(Some(self.bytes), messages);
    }
}
