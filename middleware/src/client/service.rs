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
    Extras, RecordedSpan as _, Recorder as _, ResponseFuture, Shared, SpanGuard, Start, Started,
    TracedBody, Tracked,
};
use crate::request::{NoPropagation, StartTime, Suppress};
use crate::settings::Settings;
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
        let mut tracked = open(&self.settings, outgoing, 0);
        let entered = tracked.as_mut().map(Tracked::enter);
        let future = self.inner.call(Request::from_parts(head, body));
        drop(entered);
        ResponseFuture::new(future, tracked)
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
/// `before` are the times it was sent that only the caller knows of. None where telemetry is
/// suppressed, because that is an exporter at work, and where the application does not want a span.
pub(crate) fn open(
    settings: &ClientSettings,
    mut request: Outgoing<'_>,
    before: u32,
) -> Option<Tracked> {
    let common = &settings.common;
    let suppressed = request.extensions.get::<Suppress>().is_some()
        || Context::is_current_telemetry_suppressed();
    if suppressed || !common.filters.accept(&request.view()) {
        return None;
    }
    let parent = Context::current();
    let started = started(request.extensions);
    let resends = before.saturating_add(retry::sent_before(request.extensions, &parent));
    let subject = ClientRequest::new(settings, request.view(), resends);
    let how = Start {
        parent: &parent,
        link: None,
        time: started.time(),
    };
    let span = common.telemetry.recorder().start(&subject, how);
    let is_propagated = subject.is_propagated();
    if !span.is_recording() && common.telemetry.instruments(Side::Client).is_none() {
        let context = span.into_context();
        inject(common, &context, is_propagated, &mut request);
        return Some(Tracked::Context(context));
    }
    let exchange = subject.exchange();
    let measurement = common.measure(&exchange, || subject.dimensions());
    let counts = common.counts();
    let shared = Arc::new(Shared {
        exchange,
        started,
        settings: Arc::clone(common),
    });
    if span.is_recording() && !common.hooks.is_empty() {
        let current = CurrentSpan::new(span.context().clone(), Some(Arc::clone(&shared)));
        common.hooks.started(&current, subject.view());
    }
    if let Some(counts) = &counts {
        request.extensions.insert(counts.clone());
    }
    inject(common, span.context(), is_propagated, &mut request);
    let extras = Extras::of(measurement, counts);
    Some(Tracked::Span(SpanGuard::new(span, shared, extras)))
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
fn inject(settings: &Settings, context: &Context, is_propagated: bool, request: &mut Outgoing<'_>) {
    let propagator = settings.telemetry.propagator();
    if is_propagated && request.extensions.get::<NoPropagation>().is_none() {
        propagator.inject(context, request.headers);
    } else {
        // Writes nothing, and takes away the context of somebody else.
        propagator.inject(&Context::new(), request.headers);
    }
}
