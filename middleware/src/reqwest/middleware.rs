//! The middleware that gives each request of a `reqwest` client its CLIENT span.

use std::future::poll_fn;

use async_trait::async_trait;
use campanile_propagation::Propagator;
use http::{Extensions, Uri};
use opentelemetry::trace::{Tracer, TracerProvider};
use reqwest::{Request, Response};
use reqwest_middleware::{Middleware, Next, Result};

use crate::client::service::{Outgoing, open};
use crate::record::{Outcome, SpanGuard};
use crate::reqwest::{failure, response};
use crate::telemetry::Telemetry;

/// Traces the requests of a `reqwest_middleware::ClientWithMiddleware`.
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
/// The span ends with the response body, as that of [`ClientLayer`](crate::ClientLayer) does: the
/// body is wrapped, which costs one box. One span covers the redirects that `reqwest` follows
/// itself; `url.full` is the URL first asked for. Placed before a retry middleware it covers all
/// attempts, placed after it each attempt has a span.
#[derive(Clone, Debug, Default)]
#[must_use = "a middleware does nothing until it is given to a client"]
pub struct TraceMiddleware {
    telemetry: Telemetry,
}

impl TraceMiddleware {
    /// A middleware over the global tracer provider and the propagators of the environment.
    pub fn new() -> Self {
        Self::default()
    }

    /// Records with a tracer of `provider` instead of the global one.
    pub fn with_tracer_provider<P>(mut self, provider: &P) -> Self
    where
        P: TracerProvider,
        P::Tracer: Send + Sync + 'static,
        <P::Tracer as Tracer>::Span: Send + Sync + 'static,
    {
        self.telemetry.set_tracer_provider(provider);
        self
    }

    /// Writes headers with `propagator` instead of the one that the environment names.
    pub fn with_propagator(mut self, propagator: Propagator) -> Self {
        self.telemetry.set_propagator(propagator);
        self
    }

    /// Starts the span of `request`.
    fn open(&self, request: &mut Request) -> Option<SpanGuard> {
        let method = request.method().clone();
        // What does not parse here is refused by reqwest too, before anything is sent.
        let uri: Uri = request.url().as_str().parse().unwrap_or_default();
        let headers = request.headers_mut();
        open(
            &self.telemetry,
            Outgoing {
                method: &method,
                uri: &uri,
                origin: None,
                headers,
            },
        )
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
        let Some(mut guard) = self.open(&mut request) else {
            return next.run(request, extensions).await;
        };
        let mut sending = Box::pin(next.run(request, extensions));
        let sent = poll_fn(|cx| {
            let _entered = guard.enter();
            sending.as_mut().poll(cx)
        });
        match sent.await {
            Ok(received) => Ok(response::traced(received, guard)),
            Err(error) => {
                guard.finish(Outcome::Failed(failure::error_type(&error)));
                Err(error)
            }
        }
    }
}
