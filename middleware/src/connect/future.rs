//! The future that ends the span of a connection.

use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use pin_project_lite::pin_project;

use crate::connect::connecting::Connecting;
use crate::record::outcome::error_type;

pin_project! {
    /// Response future of [`ConnectorService`](crate::ConnectorService).
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ConnectFuture<F> {
        #[pin]
        inner: F,
        connecting: Option<Connecting>,
    }
}

impl<F> ConnectFuture<F> {
    pub(crate) fn new(inner: F, connecting: Option<Connecting>) -> Self {
        Self { inner, connecting }
    }
}

impl<F, T, E> Future for ConnectFuture<F>
where
    F: Future<Output = Result<T, E>>,
{
    type Output = Result<T, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let attached = this
            .connecting
            .as_ref()
            .map(|c| c.context().clone().attach());
        let polled = this.inner.poll(cx);
        drop(attached);
        let result = ready!(polled);
        if let Some(mut connecting) = this.connecting.take() {
            connecting.end(result.is_err().then(error_type::<E>));
        }
        Poll::Ready(result)
    }
}
