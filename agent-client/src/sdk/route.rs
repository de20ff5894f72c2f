//! One signal's way into a client, or into nothing when the signal is switched off.

use std::sync::Arc;
use std::time::Duration;

use campanile_wire::otlp::Signal;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};

use crate::client::Client;
use crate::error::FlushError;
use crate::intake::Intake;

#[derive(Clone, Debug)]
pub(crate) struct Route {
    client: Option<Arc<Client>>,
    signal: Signal,
}

impl Route {
    pub(crate) const fn new(client: Option<Arc<Client>>, signal: Signal) -> Self {
        Self { client, signal }
    }

    /// The intake of this process; makes one in a child of `fork`.
    pub(super) fn intake(&self) -> Option<&Intake> {
        self.client.as_ref()?.here().intake(self.signal)
    }

    /// The same, if something has begun in this process.
    pub(super) fn latest_intake(&self) -> Option<&Intake> {
        self.client.as_ref()?.latest().intake(self.signal)
    }

    pub(super) fn force_flush(&self) -> OTelSdkResult {
        let Some(client) = self.existing() else {
            return Ok(());
        };
        let timeout = client.flush_timeout();
        sdk_result(client.flush(timeout), timeout)
    }

    /// Ends the signal within `timeout` or the client's own flush timeout, whichever is shorter:
    /// the SDK asks for five seconds even when the last provider is merely dropped.
    pub(super) fn shutdown(&self, timeout: Duration) -> OTelSdkResult {
        let Some(client) = self.existing() else {
            return Ok(());
        };
        let timeout = timeout.min(client.flush_timeout());
        match client.close(self.signal, timeout) {
            Err(FlushError::AlreadyShutdown) => Ok(()),
            result => sdk_result(result, timeout),
        }
    }

    pub(super) fn set_resource(&self, resource: &Resource) {
        let client = self.client.as_ref();
        if let Some(intake) = client.and_then(|client| client.intake(self.signal)) {
            intake.set_resource(resource.clone());
        }
    }

    fn existing(&self) -> Option<&Arc<Client>> {
        self.client.as_ref().and_then(Client::existing)
    }
}

/// The SDK's words for how a flush went.
fn sdk_result(result: Result<(), FlushError>, timeout: Duration) -> OTelSdkResult {
    result.map_err(|error| match error {
        FlushError::AlreadyShutdown => OTelSdkError::AlreadyShutdown,
        FlushError::TimedOut { .. } => OTelSdkError::Timeout(timeout),
        FlushError::Unreachable { .. } => OTelSdkError::InternalFailure(error.to_string()),
    })
}
