//! The future that carries what is tracked to the response head.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use campanile_propagation::server_timing;
use http::Response;
use http_body::Body;
use opentelemetry::trace::TraceContextExt as _;
use pin_project_lite::pin_project;

use crate::record::body::TracedBody;
use crate::record::outcome::{Outcome, error_type};
use crate::record::tracked::Tracked;
use crate::record::wrap::{WrapBody, Wrapped};
use crate::task::drop_inside;

/// Why what is wrapped is always there.
pub(super) const ONLY_DROP: &str = "only drop takes what is wrapped";

pin_project! {
    /// Response future of [`ServerService`](crate::ServerService) and
    /// [`ClientService`](crate::ClientService).
    ///
    /// Dropping it before it is ready ends the span.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F, W = Wrapped> {
        // None only while the rest is dropped.
        #[pin]
        inner: Option<F>,
        tracked: Option<Tracked>,
        wrap: PhantomData<fn() -> W>,
    }

    impl<F, W> PinnedDrop for ResponseFuture<F, W> {
        // A handler that is cancelled may trace that it was.
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(tracked) = this.tracked {
                drop_inside(tracked.context(), || this.inner.set(None));
            }
        }
    }
}

impl<F, W> ResponseFuture<F, W> {
    /// Wraps `inner`; without anything to track the request is passed on.
    #[inline]
    pub(crate) fn new(inner: F, tracked: Option<Tracked>) -> Self {
        Self {
            inner: Some(inner),
            tracked,
            wrap: PhantomData,
        }
    }
}

impl<F, W, B, E> Future for ResponseFuture<F, W>
where
    F: Future<Output = Result<Response<B>, E>>,
    W: WrapBody<B>,
    B: Body,
{
    type Output = Result<Response<W::Body>, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let inner = this.inner.as_pin_mut().expect(ONLY_DROP);
        let Some(tracked) = this.tracked else {
            let response = ready!(inner.poll(cx));
            return Poll::Ready(response.map(|response| response.map(W::untraced)));
        };
        let entered = tracked.enter();
        let polled = inner.poll(cx);
        drop(entered);
        let result = ready!(polled);
        Poll::Ready(match (result, this.tracked.take()) {
            (Ok(response), Some(tracked)) => Ok(traced::<W, B>(response, tracked)),
            (Ok(response), None) => Ok(response.map(W::untraced)),
            (Err(error), tracked) => {
                failed::<E>(tracked);
                Err(error)
            }
        })
    }
}

/// Moves what is tracked from the future into the body.
fn traced<W: WrapBody<B>, B: Body>(response: Response<B>, tracked: Tracked) -> Response<W::Body> {
    let mut guard = match tracked {
        Tracked::Context(_) => {
            return response.map(|body| W::traced(TracedBody::new(body, tracked, None)));
        }
        Tracked::Span(guard) => guard,
    };
    let (mut head, body) = response.into_parts();
    if guard.settings().server_timing && guard.is_recording() {
        server_timing::append(guard.context().span().span_context(), &mut head.headers);
    }
    guard.head(&head);
    let remaining = guard.announced_length(&head, &body);
    let body = W::traced(TracedBody::new(body, Tracked::Span(guard), remaining));
    Response::from_parts(head, body)
}

fn failed<E>(tracked: Option<Tracked>) {
    if let Some(mut tracked) = tracked {
        tracked.finish(Outcome::Failed(error_type::<E>()));
    }
}
