//! The span processor that [`init`](crate::init()) installs.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use crate::client::Client;
use crate::error::FlushError;
use crate::exporter::sdk_result;

/// Puts every ended span into the client's queue: one short lock, no waiting, no thread woken but
/// for the first span of a batch and the last.
#[derive(Clone, Debug)]
pub(crate) struct QueueProcessor {
    client: Arc<Client>,
}

impl QueueProcessor {
    pub(crate) const fn new(client: Arc<Client>) -> Self {
        Self { client }
    }
}

impl SpanProcessor for QueueProcessor {
    fn on_start(&self, _span: &mut Span, _cx: &Context) {}

    fn on_end(&self, span: SpanData) {
        // A span may be recorded for others to look at without being sampled for export.
        // https://opentelemetry.io/docs/specs/otel/trace/sdk/#sampling
        if span.span_context.is_sampled() {
            self.client.push(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        let timeout = self.client.flush_timeout;
        sdk_result(self.client.flush(timeout), timeout)
    }

    /// Ends the client, within `timeout` or the client's own flush timeout, whichever is shorter:
    /// the SDK asks for five seconds even when the last provider is merely dropped.
    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        let timeout = timeout.min(self.client.flush_timeout);
        match self.client.shutdown(timeout) {
            Err(FlushError::AlreadyShutdown) => Ok(()),
            result => sdk_result(result, timeout),
        }
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.client.set_resource(resource.clone());
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{SpanContext, TraceFlags};
    use opentelemetry_sdk::Resource;
    use opentelemetry_sdk::trace::SpanProcessor;

    use super::QueueProcessor;
    use crate::testing::{self, span};

    #[test]
    fn a_span_that_is_only_recorded_is_not_sent() {
        let client = testing::client(Resource::builder_empty().build());
        let processor = QueueProcessor::new(client.clone());
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
        assert_eq!(client.stats().ended, 0);
        processor.on_end(span("b"));
        assert_eq!((client.stats().ended, client.stats().queued), (1, 1));
    }
}
