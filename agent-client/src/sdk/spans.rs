//! Spans.

use std::time::Duration;

use opentelemetry::Context;
use opentelemetry::trace::Span as _;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanExporter, SpanProcessor};

use super::Route;

/// Takes the place of the SDK's batching processor: every span that ends is encoded and put into
/// the client's queue by the thread that ended it, without waiting for anything.
///
/// Spans that are open when the program ends are sent as interrupted. Made by
/// [`AgentSpanExporter::into_processor`].
#[derive(Debug)]
pub struct AgentSpanProcessor {
    route: Route,
    /// Whether whoever drew the span's id made sure that this process has a client.
    is_here: bool,
}

impl AgentSpanProcessor {
    pub(crate) const fn new(route: Route) -> Self {
        Self {
            route,
            is_here: false,
        }
    }

    /// For a provider whose ids are [`Ids`](crate::ids::Ids): they ask the system which process
    /// this is, and once a span is enough.
    pub(crate) fn behind_ids(self) -> Self {
        Self {
            is_here: true,
            ..self
        }
    }
}

impl SpanProcessor for AgentSpanProcessor {
    fn on_start(&self, span: &mut Span, _cx: &Context) {
        let context = span.span_context();
        if !context.is_sampled() {
            return;
        }
        let id = context.span_id();
        let intake = if self.is_here {
            self.route.latest_intake()
        } else {
            self.route.intake()
        };
        if let Some(intake) = intake {
            intake.open.begin(id, || span.exported_data());
        }
    }

    fn on_end(&self, span: SpanData) {
        // A span may be recorded for others to look at without being sampled for export.
        // https://opentelemetry.io/docs/specs/otel/trace/sdk/#sampling
        if !span.span_context.is_sampled() {
            return;
        }
        if let Some(intake) = self.route.latest_intake() {
            intake.open.end(span.span_context.span_id());
            intake.push_span(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.route.force_flush()
    }

    /// Ends the signal, within `timeout` or the client's own flush timeout, whichever is shorter.
    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.route.shutdown(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.route.set_resource(resource);
    }
}

/// A [`SpanExporter`] for programs that have a tracer provider and processors already.
///
/// `export` only puts the spans into the client's queue: it never waits and never fails, for what
/// the queue cannot take is dropped and counted there. Made by
/// [`Builder::build_exporters`](crate::Builder::build_exporters).
#[derive(Debug)]
pub struct AgentSpanExporter {
    route: Route,
}

impl AgentSpanExporter {
    pub(crate) const fn new(route: Route) -> Self {
        Self { route }
    }

    /// A processor that does without the SDK's batching: for a provider of the program's own that
    /// has no other.
    #[must_use]
    pub fn into_processor(self) -> AgentSpanProcessor {
        AgentSpanProcessor::new(self.route)
    }
}

impl SpanExporter for AgentSpanExporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        if let Some(intake) = self.route.intake() {
            batch.into_iter().for_each(|span| intake.push_span(span));
        }
        Ok(())
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.route.force_flush()
    }

    /// Ends the signal, within `timeout` or the client's own flush timeout, whichever is shorter.
    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.route.shutdown(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.route.set_resource(resource);
    }
}

#[cfg(test)]
mod tests {
    use campanile_wire::otlp::Signal;
    use opentelemetry::trace::{SpanContext, TraceFlags};
    use opentelemetry_sdk::trace::SpanProcessor;

    use super::{AgentSpanProcessor, Route};
    use crate::testing::{self, span};

    #[test]
    fn a_span_that_is_only_recorded_is_not_sent() {
        let client = testing::client();
        let processor = AgentSpanProcessor::new(Route::new(Some(client.clone()), Signal::Traces));
        let mut recorded = span("a");
        let context = &recorded.span_context;
        recorded.span_context = SpanContext::new(
            context.trace_id(),
            context.span_id(),
            TraceFlags::NOT_SAMPLED,
            false,
            context.trace_state().clone(),
        );
        processor.on_end(recorded);
        assert_eq!(client.all_stats().ended, 0);
        processor.on_end(span("b"));
        let stats = client.all_stats();
        assert_eq!((stats.ended, stats.queued), (1, 1));
    }
}
