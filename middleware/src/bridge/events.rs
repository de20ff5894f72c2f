//! The half of the bridge that writes events into the current span, when that is not one of
//! `tracing`.

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt as _;
use tracing::span::Id;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context as LayerContext;
use tracing_subscriber::registry::LookupSpan;

use super::fields::Fields;
use super::filter::{Twin, is_bridged};

/// Stands outside the layer of tracing-opentelemetry, so that a span is current once it is entered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Events {
    pub(super) location: bool,
}

impl<S> Layer<S> for Events
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_enter(&self, id: &Id, ctx: LayerContext<'_, S>) {
        let Some(span) = ctx.span(id) else { return };
        let is_known = span.extensions().get::<Twin>().is_some();
        if is_known {
            return;
        }
        if let Some(twin) = Twin::current() {
            span.extensions_mut().replace(twin);
        }
    }

    fn on_event(&self, event: &Event<'_>, ctx: LayerContext<'_, S>) {
        if is_bridged(event, &ctx) {
            return;
        }
        let context = Context::current();
        let span = context.span();
        // No lock of the span is held while the fields are read: their `Debug` is anybody's code.
        if span.is_recording() {
            let (name, attributes) = Fields::of(event).into_event(event.metadata(), self.location);
            span.add_event(name, attributes);
        }
    }
}
