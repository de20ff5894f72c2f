//! The service that gives each request its CLIENT span.

use std::sync::{Arc, OnceLock};
use std::task::{Context as TaskContext, Poll};

use campanile_propagation::Propagator;
use campanile_propagation::formats::FORMATS;
use http::{Extensions, HeaderMap, Method, Request, Response, Uri, Version};
use http_body::Body;
use opentelemetry::Context;
use tower_service::Service;

use crate::client::retry;
use crate::client::settings::ClientSettings;
use crate::current::CurrentSpan;
use crate::describe::ClientRequest;
use crate::record::{
    Begun, RequestCounts, ResponseFuture, Start, Started, TracedBody, Tracked, begin,
};
use crate::request::{NoPropagation, Parent, StartTime, Suppress};
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
        head.extensions.remove::<RequestCounts>();
        let outgoing = Outgoing {
            method: &head.method,
            uri: &head.uri,
            version: head.version,
            headers: &mut head.headers,
            extensions: &mut head.extensions,
            body_size: None,
        };
        let mut tracked = open(&self.settings, outgoing, 0);
        // Whatever is traced further in is a child of this span.
        head.extensions.remove::<Parent>();
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
    /// The length of the body, where that can be seen before anybody announces it.
    pub(crate) body_size: Option<u64>,
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
    let current = current(request.extensions);
    let suppressed =
        request.extensions.get::<Suppress>().is_some() || current.is_telemetry_suppressed();
    if suppressed || !common.filters.accept(&request.view()) {
        return None;
    }
    let sending = retry::count(request.extensions, current);
    let resends = before.saturating_add(sending.before);
    let started = started(request.extensions, resends);
    let how = Start {
        parent: &sending.context,
        link: None,
        time: started.time(),
    };
    let subject = ClientRequest::new(settings, request.view(), resends, request.body_size);
    let is_propagated = subject.is_propagated();
    let Begun { tracked, counts } = begin(common, &subject, how, started);
    if let Some(counts) = counts {
        request.extensions.insert(counts);
    }
    inject(common, tracked.context(), is_propagated, &mut request);
    Some(tracked)
}

/// The context that the request says it belongs to, else the current one.
fn current(extensions: &Extensions) -> Context {
    let parent = extensions.get();
    parent.map_or_else(Context::current, |Parent(context)| context.clone())
}

/// Now, or earlier as the request says, which can only be meant of the first time it is sent.
fn started(extensions: &Extensions, resends: u32) -> Started {
    let now = Started::now();
    match extensions.get() {
        Some(StartTime(time)) if resends == 0 => now.since(*time),
        _ => now,
    }
}

/// Tells the context to whoever serves the request, or keeps it from him.
fn inject(settings: &Settings, context: &Context, is_propagated: bool, request: &mut Outgoing<'_>) {
    if is_propagated && request.extensions.get::<NoPropagation>().is_none() {
        let propagator = settings.telemetry.propagator();
        propagator.remove_others(request.headers);
        propagator.inject(context, request.headers);
    } else {
        // Writes nothing, and takes away the context of somebody else, in whatever format it is.
        every_format().inject(&Context::new(), request.headers);
    }
}

/// All formats, to take their headers away.
fn every_format() -> &'static Propagator {
    static EVERY_FORMAT: OnceLock<Propagator> = OnceLock::new();
    EVERY_FORMAT.get_or_init(|| Propagator::from_formats(FORMATS.iter().copied()))
}
