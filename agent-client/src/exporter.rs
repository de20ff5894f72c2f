//! The same queue and worker behind the SDK's own interface for exporters.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use crate::client::Client;
use crate::error::FlushError;

/// A [`SpanExporter`] for programs that have a tracer provider and processors already.
///
/// `export` only puts the spans into the client's queue: it never waits and never fails, for what
/// the queue cannot take is dropped and counted there. Made by
/// [`Builder::build_exporter`](crate::Builder::build_exporter).
#[derive(Debug)]
pub struct AgentSpanExporter {
    client: Arc<Client>,
}

impl AgentSpanExporter {
    pub(crate) const fn new(client: Arc<Client>) -> Self {
        Self { client }
    }
}

impl SpanExporter for AgentSpanExporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        for span in batch {
            self.client.push(span);
        }
        Ok(())
    }

    fn force_flush(&self) -> OTelSdkResult {
        let timeout = self.client.flush_timeout;
        sdk_result(self.client.flush(timeout), timeout)
    }

    /// Ends the client, within `timeout` or the client's own flush timeout, whichever is shorter.
    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        let timeout = timeout.min(self.client.flush_timeout);
        sdk_result(self.client.shutdown(timeout), timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.client.set_resource(resource.clone());
    }
}

/// The SDK's words for how a flush went.
pub(crate) fn sdk_result(result: Result<(), FlushError>, timeout: Duration) -> OTelSdkResult {
    result.map_err(|error| match error {
        FlushError::AlreadyShutdown => OTelSdkError::AlreadyShutdown,
        FlushError::TimedOut { .. } => OTelSdkError::Timeout(timeout),
        FlushError::Unreachable { .. } => OTelSdkError::InternalFailure(error.to_string()),
    })
}
