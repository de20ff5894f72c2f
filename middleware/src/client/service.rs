//! The service that gives each request its CLIENT span.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use http::{Extensions, HeaderMap, Method, Request, Response, Uri, Version};
use http_body::Body;
use opentelemetry::Context;
use tower_service::Service;

use crate::client::retry;
use crate::client::settings::ClientSettings;
use crate::current::CurrentSpan;
use crate::describe::{ClientRequest, Side};
use crate::record::{
    RecordedSpan as _, Recorder as _, ResponseFuture, SpanGuard, Start, Started, TracedBody,
};
use crate::request::{NoPropagation, StartTime, Suppress};
use crate::view::RequestView;

/// Service made by [`ClientLayer`](crate::ClientLayer).
#[derive(Clone, Debug)]
pub struct ClientService<S> {
    pub(crate) inner: S,
    pub(crate) settings: Arc<ClientSettings>,
}

impl<S> ClientService<S> {
    pub(crate) fn new(inner: S, settings: Arc<ClientSettings>) -> Self {
        Self { inner, settings }
    }
}

impl<S, Req, Res> Service<Request<Req>> for ClientService<S>
where
    S: Service<Request<Req>, Response = Response<Res>>,
    Res: Body,
{
    type Response = Response<TracedBody<Res>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&mut self, request: Request<Req>) -> Self::Future {
        let (mut head, body) = request.into_parts();
        // A request that a proxy passes on is a new one to whoever serves it.
        head.extensions.remove::<CurrentSpan>();
        let outgoing = Outgoing {
            method: &head.method,
            uri: &head.uri,
            version: head.version,
            headers: &mut head.headers,
            extensions: &mut head.extensions,
        };
        let Some(mut guard) = open(&self.settings, outgoing) else {
            let request = Request::from_parts(head, body);
            return ResponseFuture::new(self.inner.call(request), None);
        };
        let entered = guard.enter();
        let future = self.inner.call(Request::from_parts(head, body));
        drop(entered);
        ResponseFuture::new(future, Some(guard))
    }
}

/// A request about to be sent, whatever the client's own type for it is.
#[derive(Debug)]
pub(crate) struct Outgoing<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) version: Version,
    pub(crate) headers: &'a mut HeaderMap,
    pub(crate) extensions: &'a mut Extensions,
}

impl Outgoing<'_> {
    fn view(&self) -> RequestView<'_> {
        RequestView::new(
            self.method,
            self.uri,
            self.version,
            self.headers,
            self.extensions,
        )
    }
}

/// Starts the span of `request` and injects its context.
///
/// None where telemetry is suppressed, because that is an exporter at work, and where the
/// application does not want a span.
pub(crate) fn open(settings: &ClientSettings, request: Outgoing<'_>) -> Option<SpanGuard> {
    let common = &settings.common;
    let suppressed = request.extensions.get::<Suppress>().is_some()
        || Context::is_current_telemetry_suppressed();
    if suppressed || !common.filters.accept(&request.view()) {
        return None;
    }
    let parent = Context::current();
    let started = started(request.extensions);
    let resends = retry::sent_before(request.extensions, &parent);
    let subject = ClientRequest::new(settings, request.view(), resends);
    let how = Start {
        parent: &parent,
        link: None,
        time: started.time(),
    };
    let span = common.telemetry.recorder().start(&subject, how);
    let recording = span.is_recording();
    if recording && !common.hooks.is_empty() {
        let current = CurrentSpan::new(span.context().clone(), None);
        common.hooks.started(&current, subject.view());
    }
    let exchange = subject.exchange();
    let measurement = common.measure(&exchange, || subject.dimensions());
    let is_propagated = subject.is_propagated();
    let is_measured = common.telemetry.instruments(Side::Client).is_some();
    let counts = common.counts(recording || is_measured);
    let guard = SpanGuard::new(span, exchange, started, common)
        .measured(measurement)
        .counting(counts.clone());
    inject(settings, guard.context(), is_propagated, request, counts);
    Some(guard)
}

/// Now, or earlier as the request says.
fn started(extensions: &Extensions) -> Started {
    let now = Started::now();
    match extensions.get() {
        Some(StartTime(time)) => now.since(*time),
        None => now,
    }
}

/// Tells the context to whoever serves the request, or keeps it from him.
fn inject(
    settings: &ClientSettings,
    context: &Context,
    is_propagated: bool,
    request: Outgoing<'_>,
    counts: Option<crate::record::RequestCounts>,
) {
    let propagator = settings.common.telemetry.propagator();
    if is_propagated && request.extensions.get::<NoPropagation>().is_none() {
        propagator.inject(context, request.headers);
    } else {
        // Writes nothing, and takes away the context of somebody else.
        propagator.inject(&Context::new(), request.headers);
    }
    if let Some(counts) = counts {
        request.extensions.insert(counts);
    }
}
