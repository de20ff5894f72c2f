//! A layer that does nothing, as big as one that does something.

use std::sync::Arc;
use std::task::{Context, Poll};

use tower::{Layer, Service};

/// Passes on. It holds one pointer, as every layer does that can be told anything: axum copies a
/// layer for each request, and a layer without any content is not even allocated.
#[derive(Clone, Debug, Default)]
pub(super) struct Passing(Arc<()>);

impl<S> Layer<S> for Passing {
    type Service = PassingService<S>;

    fn layer(&self, inner: S) -> PassingService<S> {
        PassingService {
            inner,
            _settings: Arc::clone(&self.0),
        }
    }
}

/// Service made by [`Passing`].
#[derive(Clone, Debug)]
pub(super) struct PassingService<S> {
    inner: S,
    _settings: Arc<()>,
}

impl<S: Service<R>, R> Service<R> for PassingService<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> S::Future {
        self.inner.call(request)
    }
}
