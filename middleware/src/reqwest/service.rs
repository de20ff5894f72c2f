//! [`ClientService`] around a plain `reqwest::Client`.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::Extensions;
use pin_project_lite::pin_project;
use reqwest::{Request, Response};
use tower_service::Service;

use crate::ClientService;
use crate::record::{Outcome, Tracked};
use crate::reqwest::request::open;
use crate::reqwest::{failure, response};

/// A `reqwest::Client` is a Tower service, and this traces it:
///
/// ```
/// use campanile_middleware::ClientLayer;
/// use tower::{Layer, Service};
///
/// # fn send(client: reqwest::Client) {
/// let mut client = ClientLayer::new().layer(client);
/// let request = reqwest::Request::new(reqwest::Method::GET, "http://api.example/".parse().unwrap());
/// let response = client.call(request);
/// # drop(response);
/// # }
/// ```
///
/// Its requests show nobody their extensions, so what [`request`](mod@crate::request) has for
/// single requests is for `reqwest-middleware` only. The error has to be `'static`, because what
/// `reqwest` knows about it is asked of its type.
impl<S> Service<Request> for ClientService<S>
where
    S: Service<Request, Response = Response>,
    S::Error: 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = ReqwestFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let mut tracked = open(&self.settings, &mut request, &mut Extensions::new(), 0);
        let entered = tracked.as_mut().map(Tracked::enter);
        let inner = self.inner.call(request);
        drop(entered);
        ReqwestFuture { inner, tracked }
    }
}

pin_project! {
    /// Response future of a traced `reqwest::Client`.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ReqwestFuture<F> {
        #[pin]
        inner: F,
        tracked: Option<Tracked>,
    }
}

impl<F, E> Future for ReqwestFuture<F>
where
    F: Future<Output = Result<Response, E>>,
    E: 'static,
{
    type Output = Result<Response, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let entered = this.tracked.as_mut().map(Tracked::enter);
        let polled = this.inner.poll(cx);
        drop(entered);
        let result = ready!(polled);
        Poll::Ready(match (result, this.tracked.take()) {
            (Ok(received), Some(tracked)) => Ok(response::traced(received, tracked)),
            (Err(error), Some(mut tracked)) => {
                tracked.finish(Outcome::Failed(failure::of_any(&error)));
                Err(error)
            }
            (result, None) => result,
        })
    }
}
