//! The middleware that gives each request of a `reqwest` client its CLIENT span.

use std::future::poll_fn;
use std::sync::Arc;

use async_trait::async_trait;
use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{Middleware, Next, Result};

use crate::ClientLayer;
use crate::client::ClientSettings;
use crate::record::Outcome;
use crate::reqwest::request::open;
use crate::reqwest::{failure, response};

/// Traces the requests of a `reqwest_middleware::ClientWithMiddleware`, as a [`ClientLayer`] does
/// elsewhere; [`ClientLayer::into_middleware`] makes one with settings.
///
/// ```
/// use campanile_middleware::TraceMiddleware;
/// use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
///
/// fn traced(client: reqwest::Client) -> ClientWithMiddleware {
///     ClientBuilder::new(client).with(TraceMiddleware::new()).build()
/// }
/// # let _ = traced;
/// ```
///
/// The span ends with the response body, as that of [`ClientLayer`] does: the body is wrapped,
/// which costs one box. One span covers the redirects that `reqwest` follows itself; `url.full` is
/// the URL first asked for.
///
/// Placed after a retry middleware (`reqwest-retry`) each attempt has a span, from the second one
/// on with `http.request.resend_count`; placed before it, one span covers all attempts. What
/// [`request`](mod@crate::request) has for single requests goes into
/// `RequestBuilder::with_extension`. Extensions of one's own (`execute_with_extensions`) are for one
/// request: with the next one they would say that it is the first one once more.
#[derive(Clone, Debug)]
#[must_use = "a middleware does nothing until it is given to a client"]
pub struct TraceMiddleware {
    settings: Arc<ClientSettings>,
}

/// How many attempts of one request this place in the chain has seen.
#[derive(Clone, Copy, Debug, Default)]
struct Attempts(u32);

/// One place in the chain, while an attempt is under way.
///
/// A retry middleware around it gives every attempt the same extensions, where the count outlives
/// each of them, also one that is dropped. Further in, other attempts are counted.
#[derive(Debug)]
struct Place<'a> {
    extensions: &'a mut Extensions,
    /// How many attempts there were before.
    before: u32,
}

impl<'a> Place<'a> {
    fn take(extensions: &'a mut Extensions) -> Self {
        let Attempts(before) = extensions.remove().unwrap_or_default();
        Self { extensions, before }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.extensions
            .insert(Attempts(self.before.saturating_add(1)));
    }
}

impl TraceMiddleware {
    /// A middleware over the global providers, and what the environment says.
    pub fn new() -> Self {
        ClientLayer::new().into_middleware()
    }
}

impl Default for TraceMiddleware {
    fn default() -> Self {
        Self::new()
    }
}

impl ClientLayer {
    /// The same settings for `reqwest-middleware`.
    pub fn into_middleware(self) -> TraceMiddleware {
        TraceMiddleware {
            settings: self.settings,
        }
    }
}

#[async_trait]
impl Middleware for TraceMiddleware {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        let place = Place::take(extensions);
        let before = place.before;
        let Some(mut tracked) = open(&self.settings, &mut request, place.extensions, before) else {
            return next.run(request, place.extensions).await;
        };
        let mut sending = next.run(request, place.extensions);
        let sent = poll_fn(|cx| {
            let _entered = tracked.enter();
            sending.as_mut().poll(cx)
        });
        let sent = sent.await;
        drop(sending);
        match sent {
            Ok(received) => Ok(response::traced(received, tracked)),
            Err(error) => {
                tracked.finish(Outcome::Failed(failure::of_middleware(&error)));
                Err(error)
            }
        }
    }
}
