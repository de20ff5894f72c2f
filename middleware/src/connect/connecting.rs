//! A connection that is being made, and its span.

use std::any::Any;
use std::borrow::Cow;
use std::thread;

use ::http::Uri;
use opentelemetry::Context;
use opentelemetry::trace::{SpanKind, TraceContextExt as _};
use opentelemetry_semantic_conventions::attribute::{ERROR_TYPE, SERVER_ADDRESS, SERVER_PORT};

use crate::describe::{HostPort, PANIC, http};
use crate::record::{
    Attributes, Describe, RecordedSpan as _, Recorder as _, Start, Started, TracerSpan, Value,
};
use crate::telemetry::Telemetry;

/// What every such span is called; the conventions have no name for it.
const NAME: &str = "connect";

/// A span that ends with the attempt to connect, once, and at the latest when it is dropped.
#[derive(Debug)]
pub(crate) struct Connecting {
    span: TracerSpan,
    started: Started,
    ended: bool,
}

impl Connecting {
    /// Starts the span of a connection to `target`. `None` where no request waits for it, where
    /// telemetry is suppressed, and where nothing would be recorded.
    pub(crate) fn start<R: 'static>(telemetry: &Telemetry, target: &R) -> Option<Self> {
        let current = Context::current();
        let wanted = current.span().span_context().is_valid() && !current.is_telemetry_suppressed();
        wanted.then_some(())?;
        let started = Started::now();
        let how = Start {
            parent: &current,
            link: None,
            time: started.time(),
        };
        let target = Target((target as &dyn Any).downcast_ref());
        let span = telemetry.recorder().start(&target, how);
        span.is_recording().then_some(Self {
            span,
            started,
            ended: false,
        })
    }

    /// The context in which the connection is made.
    pub(crate) fn context(&self) -> &Context {
        self.span.context()
    }

    /// Ends the span, as an error of the type `error` if there is one.
    pub(crate) fn end(&mut self, error: Option<&'static str>) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        if let Some(error) = error {
            self.span.set(ERROR_TYPE, Value::Static(error));
            self.span.set_error();
        }
        self.span.end(self.started.end(self.started.elapsed()));
    }
}

impl Drop for Connecting {
    // Clients give attempts up when another connection becomes free: that is no error.
    fn drop(&mut self) {
        self.end(thread::panicking().then_some(PANIC));
    }
}

/// Where a connection goes, as far as the client tells its connector.
#[derive(Debug)]
struct Target<'a>(Option<&'a Uri>);

impl Describe for Target<'_> {
    fn kind(&self) -> SpanKind {
        SpanKind::Internal
    }

    fn short_name(&self) -> &'static str {
        NAME
    }

    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed(NAME)
    }

    fn attributes(&self, out: &mut impl Attributes) {
        let Some((uri, server)) = self.0.and_then(|uri| Some((uri, HostPort::of_uri(uri)?))) else {
            return;
        };
        out.set(SERVER_ADDRESS, Value::Borrowed(server.host));
        let port = server
            .port
            .or_else(|| http::default_port(http::scheme(uri)));
        if let Some(port) = port {
            out.set(SERVER_PORT, Value::Int(port.into()));
        }
    }
}
