//! The service that gives each request its SERVER span.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use http::{Request, Response};
use http_body::Body;
use opentelemetry::Context;
use tower_service::Service;

use crate::current::CurrentSpan;
use crate::describe::{ServerRequest, Side};
use crate::record::{
    Extras, RecordedSpan as _, Recorder as _, RequestCounts, ResponseFuture, Shared, SpanGuard,
    Start, Tracked, WrapBody, Wrapped,
};
use crate::request::Suppress;
use crate::server::route;
use crate::server::settings::ServerSettings;
use crate::server::start::started;
use crate::trust::Received;
use crate::view::RequestView;

/// Service made by [`ServerLayer`](crate::ServerLayer).
pub struct ServerService<S, W = Wrapped> {
    inner: S,
    settings: Arc<ServerSettings>,
    wrap: PhantomData<fn() -> W>,
}

impl<S, W> ServerService<S, W> {
    pub(crate) fn new(inner: S, settings: Arc<ServerSettings>) -> Self {
        Self {
            inner,
            settings,
            wrap: PhantomData,
        }
    }
}

impl<S: Clone, W> Clone for ServerService<S, W> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), Arc::clone(&self.settings))
    }
}

impl<S: fmt::Debug, W> fmt::Debug for ServerService<S, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerService")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}

impl<S, W, Req, Res> Service<Request<Req>> for ServerService<S, W>
where
    S: Service<Request<Req>, Response = Response<Res>>,
    W: WrapBody<Res>,
    Res: Body,
{
    type Response = Response<W::Body>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, W>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&mut self, mut request: Request<Req>) -> Self::Future {
        if !is_traced(&self.settings, &request) {
            return ResponseFuture::new(self.inner.call(request), None);
        }
        let mut tracked = open(&self.settings, &mut request);
        let entered = tracked.enter();
        let future = self.inner.call(request);
        drop(entered);
        ResponseFuture::new(future, Some(tracked))
    }
}

/// Whether `request` gets a span from this layer.
///
/// Not where telemetry is suppressed, because that is an exporter at work; not where the
/// application does not want it; and not where a layer further out has started a span already,
/// which only learns the route from here.
#[inline]
fn is_traced<B>(settings: &ServerSettings, request: &Request<B>) -> bool {
    let filters = &settings.common.filters;
    if !filters.is_empty() && !filters.accept(&RequestView::received(request)) {
        return false;
    }
    let extensions = request.extensions();
    if let Some(span) = CurrentSpan::from_extensions(extensions) {
        if let Some(route) = route::matched(extensions) {
            span.set_matched_route(route);
        }
        return false;
    }
    extensions.get::<Suppress>().is_none() && !Context::is_current_telemetry_suppressed()
}

/// Starts the span of `request` and leaves its context in the extensions.
fn open<B>(settings: &ServerSettings, request: &mut Request<B>) -> Tracked {
    let common = &settings.common;
    let received = receive(settings, request);
    let (extensions, headers) = (request.extensions(), request.headers());
    let started = started(extensions, headers, settings.start_header.as_ref());
    let subject = ServerRequest::new(settings, request);
    let how = Start {
        parent: &received.parent,
        link: received.link.as_ref(),
        time: started.time(),
    };
    let span = common.telemetry.recorder().start(&subject, how);
    if !span.is_recording() && common.telemetry.instruments(Side::Server).is_none() {
        let context = span.into_context();
        let current = CurrentSpan::new(context.clone(), None);
        request.extensions_mut().insert(current);
        return Tracked::Context(context);
    }
    let exchange = subject.exchange();
    let measurement = common.measure(&exchange, || subject.dimensions());
    let counts = common.counts();
    let shared = Arc::new(Shared {
        exchange,
        started,
        settings: Arc::clone(common),
    });
    let current = CurrentSpan::new(span.context().clone(), Some(Arc::clone(&shared)));
    if span.is_recording() && !common.hooks.is_empty() {
        common.hooks.started(&current, subject.view());
    }
    leave(request, current, counts.clone());
    Tracked::Span(SpanGuard::new(
        span,
        shared,
        Extras::of(measurement, counts),
    ))
}

/// The context of the caller, as far as it is believed.
#[inline]
fn receive<B>(settings: &ServerSettings, request: &Request<B>) -> Received {
    let current = Context::current();
    let propagator = settings.common.telemetry.propagator();
    let parent = propagator.extract(request.headers(), &current);
    if settings.trust.is_blind() || settings.trust.believes(&RequestView::received(request)) {
        return Received { parent, link: None };
    }
    settings.untrusted.apply(&parent, &current)
}

/// Leaves what belongs to the request beside it.
#[inline]
fn leave<B>(request: &mut Request<B>, current: CurrentSpan, counts: Option<RequestCounts>) {
    let extensions = request.extensions_mut();
    extensions.insert(current);
    if let Some(counts) = counts {
        extensions.insert(counts);
    }
}
