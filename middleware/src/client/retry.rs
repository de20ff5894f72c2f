//! How many times a request was sent before.
//!
//! A [`ClientLayer`](crate::ClientLayer) inside a retry layer gives each attempt a span of its own.
//! That the second is the first one once more, `http.request.resend_count`, is seen only by who
//! stands around both: [`ResendLayer`]. `reqwest-middleware` needs none: its extensions outlive an
//! attempt.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context as TaskContext, Poll};

use http::Extensions;
use opentelemetry::Context;
use tower_layer::Layer;
use tower_service::Service;

use crate::task::InContext;

/// Counts the attempts of one request. Clones share the count.
///
/// [`ResendLayer`] puts one around the request. A loop of one's own puts one into the extensions
/// of a request, and clones the request with its extensions.
#[derive(Clone, Debug)]
pub struct Resends(Option<Arc<AtomicU32>>);

impl Default for Resends {
    fn default() -> Self {
        Self(Some(Arc::default()))
    }
}

impl Resends {
    /// Takes the place of a count that somebody further out has taken part in.
    const TAKEN: Self = Self(None);

    /// Takes part in the count, if there is one: how many times the request was sent before.
    fn next(&self) -> Option<u32> {
        let count = self.0.as_ref()?;
        Some(count.fetch_add(1, Ordering::Relaxed))
    }
}

/// How many times a request was sent before, and the context in which it is sent now.
#[derive(Debug)]
pub(crate) struct Sending {
    pub(crate) before: u32,
    pub(crate) context: Context,
}

/// Counts an attempt of the request with these extensions, in the context `current`.
///
/// What is sent on is without the count: further in, other attempts are counted.
pub(crate) fn count(extensions: &mut Extensions, current: Context) -> Sending {
    if let Some(before) = extensions.remove().as_ref().and_then(Resends::next) {
        return Sending {
            before,
            context: current,
        };
    }
    match current.get().and_then(Resends::next) {
        Some(before) => Sending {
            before,
            context: current.with_value(Resends::TAKEN),
        },
        None => Sending {
            before: 0,
            context: current,
        },
    }
}

/// Lets [`ClientLayer`](crate::ClientLayer)s inside tell the attempts of one request apart: what
/// they send again has `http.request.resend_count`, whatever makes it be sent again: a retry, a
/// redirect, an authentication. Whatever they send is counted, so keep other calls (the one that
/// fetches a token, say) out of it.
///
/// ```
/// use campanile_middleware::{ClientLayer, ResendLayer};
/// # use tower::{ServiceBuilder, service_fn, retry::{RetryLayer, Policy}};
/// # #[derive(Clone)]
/// # struct Patience;
/// # impl<T, E> Policy<http::Request<()>, T, E> for Patience {
/// #     type Future = std::future::Ready<()>;
/// #     fn retry(&mut self, _: &mut http::Request<()>, _: &mut Result<T, E>) -> Option<Self::Future> { None }
/// #     fn clone_request(&mut self, _: &http::Request<()>) -> Option<http::Request<()>> { None }
/// # }
/// # let client = service_fn(|_: http::Request<()>| async { Ok::<_, ()>(http::Response::new(String::new())) });
/// let client = ServiceBuilder::new()
///     .layer(ResendLayer::new())
///     .layer(RetryLayer::new(Patience))
///     .layer(ClientLayer::new())
///     .service(client);
/// # let _ = client;
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[must_use = "a layer does nothing until it is applied"]
#[non_exhaustive]
pub struct ResendLayer;

impl ResendLayer {
    /// The layer.
    pub fn new() -> Self {
        Self
    }
}

impl<S> Layer<S> for ResendLayer {
    type Service = ResendService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ResendService { inner }
    }
}

/// Service made by [`ResendLayer`].
#[derive(Clone, Debug)]
pub struct ResendService<S> {
    inner: S,
}

impl<S, R> Service<R> for ResendService<S>
where
    S: Service<R>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = InContext<S::Future>;

    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let context = Context::current_with_value(Resends::default());
        let entered = context.clone().attach();
        let future = self.inner.call(request);
        drop(entered);
        InContext::new(future, context)
    }
}
