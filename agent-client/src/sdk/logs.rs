//! Log records.

use std::time::Duration;

use opentelemetry::InstrumentationScope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogBatch, LogExporter, LogProcessor, SdkLogRecord};

use super::Route;

/// Takes the place of the SDK's batching processor: every record is encoded and put into the
/// client's queue by the thread that emitted it. Made by [`AgentLogExporter::into_processor`].
#[derive(Debug)]
pub struct AgentLogProcessor {
    route: Route,
}

impl AgentLogProcessor {
    pub(crate) const fn new(route: Route) -> Self {
        Self { route }
    }
}

impl LogProcessor for AgentLogProcessor {
    fn emit(&self, record: &mut SdkLogRecord, scope: &InstrumentationScope) {
        if let Some(intake) = self.route.intake() {
            intake.push_log(record, scope);
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

/// A [`LogExporter`] for programs that have a logger provider and processors already. It never
/// waits and never fails. Made by [`Builder::build_exporters`](crate::Builder::build_exporters).
#[derive(Debug)]
pub struct AgentLogExporter {
    route: Route,
}

impl AgentLogExporter {
    pub(crate) const fn new(route: Route) -> Self {
        Self { route }
    }

    /// A processor that does without the SDK's batching.
    #[must_use]
    pub fn into_processor(self) -> AgentLogProcessor {
        AgentLogProcessor::new(self.route)
    }
}

impl LogExporter for AgentLogExporter {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        if let Some(intake) = self.route.intake() {
            for (record, scope) in batch.iter() {
                intake.push_log(record, scope);
            }
        }
        Ok(())
    }

    /// Ends the signal, within `timeout` or the client's own flush timeout, whichever is shorter.
    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.route.shutdown(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.route.set_resource(resource);
    }
}
