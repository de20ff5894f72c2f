//! What is bridged at all, and which half of the bridge an event belongs to.

use std::borrow::Cow;
use std::sync::Arc;

use opentelemetry::Context;
use opentelemetry::trace::{SpanId, TraceContextExt as _, TraceId};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context as LayerContext, Filter};
use tracing_subscriber::registry::LookupSpan;

/// The crates that speak HTTP, as their targets begin: one request makes up to 150 spans there.
pub(super) const TRANSPORT: [&str; 13] = [
    "h2",
    "h3",
    "hyper",
    "hyper_util",
    "mio",
    "quinn",
    "reqwest",
    "runtime",
    "rustls",
    "tokio",
    "tonic",
    "tower",
    "want",
];

/// Refuses what comes from ignored targets or from an exporter at work.
#[derive(Clone, Debug)]
pub(super) struct Admission {
    ignored: Arc<[Cow<'static, str>]>,
}

impl Admission {
    pub(super) fn new(ignored: Vec<Cow<'static, str>>) -> Self {
        Self {
            ignored: ignored.into(),
        }
    }

    /// The target first: OpenTelemetry itself may be in the middle of a change of the context.
    fn admits(&self, target: &str) -> bool {
        self.admits_target(target) && !Context::is_current_telemetry_suppressed()
    }

    fn admits_target(&self, target: &str) -> bool {
        let is_ignored = |name: &Cow<'_, str>| is_within(target, name);
        !is_opentelemetry(target) && !self.ignored.iter().any(is_ignored)
    }

    /// Never, or to be asked each time, because whether telemetry is suppressed changes.
    fn interest(&self, target: &str) -> Interest {
        if self.admits_target(target) {
            Interest::sometimes()
        } else {
            Interest::never()
        }
    }
}

/// Whether `target` is `module`, or below it.
fn is_within(target: &str, module: &str) -> bool {
    let below = target.strip_prefix(module);
    below.is_some_and(|below| below.is_empty() || below.starts_with("::"))
}

/// Whether OpenTelemetry's own crates speak, which do so while they hold locks of spans. The
/// targets are names of packages, so the dash of `opentelemetry-otlp` is in no other target.
fn is_opentelemetry(target: &str) -> bool {
    ["opentelemetry", "opentelemetry_sdk"].contains(&target) || target.starts_with("opentelemetry-")
}

/// For the layer of tracing-opentelemetry: all spans, and the events whose span it knows.
#[derive(Clone, Debug)]
pub(super) struct Bridged(pub(super) Admission);

impl<S> Filter<S> for Bridged
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn enabled(&self, metadata: &Metadata<'_>, _: &LayerContext<'_, S>) -> bool {
        self.0.admits(metadata.target())
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.0.interest(metadata.target())
    }

    fn event_enabled(&self, event: &Event<'_>, ctx: &LayerContext<'_, S>) -> bool {
        is_bridged(event, ctx)
    }
}

/// For our own layer, which looks at each event itself.
#[derive(Clone, Debug)]
pub(super) struct Admitted(pub(super) Admission);

impl<S> Filter<S> for Admitted {
    fn enabled(&self, metadata: &Metadata<'_>, _: &LayerContext<'_, S>) -> bool {
        self.0.admits(metadata.target())
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.0.interest(metadata.target())
    }
}

/// Which OpenTelemetry span a span of `tracing` is. An extension of the latter since it was first
/// entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Twin(TraceId, SpanId);

impl Twin {
    /// The span that is current now, if there is one.
    pub(super) fn current() -> Option<Self> {
        Context::map_current(|context| {
            let ids = || {
                let span = context.span();
                let ids = span.span_context();
                Self(ids.trace_id(), ids.span_id())
            };
            context.has_active_span().then(ids)
        })
    }
}

/// Whether the innermost span around `event`, of all that OpenTelemetry knows, is one of `tracing`,
/// or the event names its span itself.
pub(super) fn is_bridged<S>(event: &Event<'_>, ctx: &LayerContext<'_, S>) -> bool
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    if !event.is_contextual() {
        return true;
    }
    let Some(current) = Twin::current() else {
        return true;
    };
    let twin = ctx
        .lookup_current()
        .and_then(|span| span.extensions().get().copied());
    twin == Some(current)
}
