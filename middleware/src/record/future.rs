//! The future that carries the guard to the response head.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use campanile_propagation::server_timing;
use http::Response;
use http_body::Body;
use opentelemetry::trace::TraceContextExt as _;
use pin_project_lite::pin_project;

use crate::record::body::TracedBody;
use crate::record::guard::SpanGuard;
use crate::record::outcome::{Outcome, error_type};
use crate::record::wrap::{WrapBody, Wrapped};

pin_project! {
    /// Response future of [`ServerService`](crate::ServerService) and
    /// [`ClientService`](crate::ClientService).
    ///
    /// Dropping it before it is ready ends the span.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F, W = Wrapped> {
        #[pin]
        inner: F,
        guard: Option<SpanGuard>,
        wrap: PhantomData<fn() -> W>,
    }
}

impl<F, W> ResponseFuture<F, W> {
    /// Wraps `inner`; without a guard the request is not traced.
    #[inline]
    pub(crate) fn new(inner: F, guard: Option<SpanGuard>) -> Self {
        Self {
            inner,
            guard,
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
        let Some(guard) = this.guard else {
            let response = ready!(this.inner.poll(cx));
            return Poll::Ready(response.map(|response| response.map(W::untraced)));
        };
        let entered = guard.enter();
        let polled = this.inner.poll(cx);
        drop(entered);
        let result = ready!(polled);
        Poll::Ready(match (result, this.guard.take()) {
            (Ok(response), Some(guard)) => Ok(traced::<W, B>(response, guard)),
            (Ok(response), None) => Ok(response.map(W::untraced)),
            (Err(error), guard) => {
                failed::<E>(guard);
                Err(error)
            }
        })
    }
}

/// Moves the guard from the future into the body.
fn traced<W: WrapBody<B>, B: Body>(
    response: Response<B>,
    mut guard: SpanGuard,
) -> Response<W::Body> {
    let (mut head, body) = response.into_parts();
    if guard.settings().server_timing {
        server_timing::append(guard.context().span().span_context(), &mut head.headers);
    }
    let remaining = guard.head(&head);
    let body = W::traced(TracedBody::new(body, guard, remaining));
    Response::from_parts(head, body)
}

fn failed<E>(guard: Option<SpanGuard>) {
    if let Some(mut guard) = guard {
        guard.finish(Outcome::Failed(error_type::<E>()));
    }
}
