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
use crate::describe::ServerRequest;
use crate::record::{Begun, ResponseFuture, Start, Tracked, WrapBody, Wrapped, begin};
use crate::request::{SpanName, Suppress};
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
/// Not where a layer further out has started a span already, which only learns the route from here;
/// not where the application does not want it; and not where telemetry is suppressed, because that
/// is an exporter at work.
#[inline]
fn is_traced<B>(settings: &ServerSettings, request: &Request<B>) -> bool {
    let extensions = request.extensions();
    if let Some(span) = CurrentSpan::from_extensions(extensions) {
        if let Some(route) = route::matched(extensions) {
            span.set_matched_route(route);
        }
        return false;
    }
    let filters = &settings.common.filters;
    if !filters.is_empty() && !filters.accept(&RequestView::received(request)) {
        return false;
    }
    extensions.get::<Suppress>().is_none() && !Context::is_current_telemetry_suppressed()
}

/// Starts the span of `request` and leaves its context in the extensions.
fn open<B>(settings: &ServerSettings, request: &mut Request<B>) -> Tracked {
    let received = receive(settings, request);
    let started = started(settings, request);
    let how = Start {
        parent: &received.parent,
        link: received.link.as_ref(),
        time: started.time(),
    };
    let subject = ServerRequest::new(settings, request);
    let Begun { tracked, counts } = begin(&settings.common, &subject, how, started);
    let is_named = subject.is_named();
    let extensions = request.extensions_mut();
    if is_named {
        // It is the name of this span, not of one for a request that is made from this one.
        extensions.remove::<SpanName>();
    }
    extensions.insert(tracked.current());
    if let Some(counts) = counts {
        extensions.insert(counts);
    }
    tracked
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
