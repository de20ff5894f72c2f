//! The service that gives each request its CLIENT span.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use http::{HeaderMap, Method, Request, Response, Uri};
use http_body::Body;
use opentelemetry::Context;
use tower_service::Service;

use crate::client::layer::ClientSettings;
use crate::current::CurrentSpan;
use crate::describe::ClientRequest;
use crate::record::{Recorder as _, ResponseFuture, SpanGuard, TracedBody};
use crate::telemetry::Telemetry;

/// Service made by [`ClientLayer`](crate::ClientLayer).
#[derive(Clone, Debug)]
pub struct ClientService<S> {
    inner: S,
    settings: Arc<ClientSettings>,
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

    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Req>) -> Self::Future {
        let ClientSettings { telemetry, origin } = &*self.settings;
        let (mut head, body) = request.into_parts();
        // A request that a proxy passes on is a new one to whoever serves it.
        head.extensions.remove::<CurrentSpan>();
        let outgoing = Outgoing {
            method: &head.method,
            uri: &head.uri,
            origin: origin.as_ref(),
            headers: &mut head.headers,
        };
        let mut guard = open(telemetry, outgoing);
        let entered = guard.as_mut().map(SpanGuard::enter);
        let future = self.inner.call(Request::from_parts(head, body));
        drop(entered);
        ResponseFuture::new(future, guard)
    }
}

/// A request about to be sent, whatever the client's own type for it is.
#[derive(Debug)]
pub(crate) struct Outgoing<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    /// Where the request goes when its URI has no host.
    pub(crate) origin: Option<&'a Uri>,
    pub(crate) headers: &'a mut HeaderMap,
}

/// Starts the span of `request` and injects its context.
///
/// None where telemetry is suppressed: that is an exporter at work.
pub(crate) fn open(telemetry: &Telemetry, request: Outgoing<'_>) -> Option<SpanGuard> {
    let parent = Context::current();
    if parent.is_telemetry_suppressed() {
        return None;
    }
    let Outgoing {
        method,
        uri,
        origin,
        headers,
    } = request;
    let subject = ClientRequest::new(method, uri, headers, origin);
    let span = telemetry.recorder().start(&subject, &parent);
    let guard = SpanGuard::new(span, subject.exchange());
    telemetry.propagator().inject(guard.context(), headers);
    Some(guard)
}
