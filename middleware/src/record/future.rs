//! The future that carries the guard to the response head.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::Response;
use http_body::Body;
use pin_project_lite::pin_project;

use crate::record::body::TracedBody;
use crate::record::guard::SpanGuard;
use crate::record::outcome::{Outcome, error_type};

pin_project! {
    /// Response future of [`ServerService`](crate::ServerService) and
    /// [`ClientService`](crate::ClientService).
    ///
    /// Dropping it before it is ready ends the span.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        guard: Option<SpanGuard>,
    }
}

impl<F> ResponseFuture<F> {
    /// Wraps `inner`; without a guard the request is not traced.
    pub(crate) fn new(inner: F, guard: Option<SpanGuard>) -> Self {
        Self { inner, guard }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
{
    type Output = Result<Response<TracedBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let entered = this.guard.as_mut().map(SpanGuard::enter);
        let polled = this.inner.poll(cx);
        drop(entered);
        let result = ready!(polled);
        let guard = this.guard.take();
        Poll::Ready(match result {
            Ok(response) => Ok(traced(response, guard)),
            Err(error) => {
                failed::<E>(guard);
                Err(error)
            }
        })
    }
}

/// Moves the guard from the future into the body.
fn traced<B: Body>(response: Response<B>, guard: Option<SpanGuard>) -> Response<TracedBody<B>> {
    let (head, body) = response.into_parts();
    let body = TracedBody::new(&head, body, guard);
    Response::from_parts(head, body)
}

fn failed<E>(guard: Option<SpanGuard>) {
    if let Some(mut guard) = guard {
        guard.finish(Outcome::Failed(error_type::<E>()));
    }
}
