//! The service that gives each request its SERVER span.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use http::{Request, Response};
use http_body::Body;
use opentelemetry::Context;
use tower_service::Service;

use crate::current::CurrentSpan;
use crate::describe::ServerRequest;
use crate::record::{RecordedSpan as _, Recorder as _, ResponseFuture, SpanGuard, TracedBody};
use crate::server::route::{self, RouteSlot};
use crate::telemetry::Telemetry;

/// Service made by [`ServerLayer`](crate::ServerLayer).
#[derive(Clone, Debug)]
pub struct ServerService<S> {
    inner: S,
    telemetry: Arc<Telemetry>,
}

impl<S> ServerService<S> {
    pub(crate) fn new(inner: S, telemetry: Arc<Telemetry>) -> Self {
        Self { inner, telemetry }
    }
}

impl<S, Req, Res> Service<Request<Req>> for ServerService<S>
where
    S: Service<Request<Req>, Response = Response<Res>>,
    Res: Body,
{
    type Response = Response<TracedBody<Res>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Req>) -> Self::Future {
        let mut guard = open(&self.telemetry, &mut request);
        let entered = guard.as_mut().map(SpanGuard::enter);
        let future = self.inner.call(request);
        drop(entered);
        ResponseFuture::new(future, guard)
    }
}

/// Starts the span of `request` and leaves its context in the extensions.
///
/// None where telemetry is suppressed, because that is an exporter at work, and where a layer
/// further out has started a span already: it only learns the route from here.
fn open<B>(telemetry: &Telemetry, request: &mut Request<B>) -> Option<SpanGuard> {
    let current = Context::current();
    if current.is_telemetry_suppressed() {
        return None;
    }
    if let Some(span) = CurrentSpan::from_extensions(request.extensions()) {
        if let Some(route) = route::matched(request.extensions()) {
            span.set_matched_route(route);
        }
        return None;
    }
    let parent = telemetry.propagator().extract(request.headers(), &current);
    let (guard, span) = start(telemetry, &ServerRequest::new(request), &parent);
    request.extensions_mut().insert(span);
    Some(guard)
}

/// Starts the span that `subject` describes.
fn start(
    telemetry: &Telemetry,
    subject: &ServerRequest<'_>,
    parent: &Context,
) -> (SpanGuard, CurrentSpan) {
    let span = telemetry.recorder().start(subject, parent);
    let is_routed = span.is_recording() && subject.is_routed();
    let route = is_routed.then(|| RouteSlot::new(subject.route()));
    let current = CurrentSpan::new(span.context().clone(), route.clone());
    (
        SpanGuard::new(span, subject.exchange().with_route(route)),
        current,
    )
}
