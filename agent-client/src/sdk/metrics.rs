//! Metrics.

use std::time::Duration;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;

use super::Route;

/// A [`PushMetricExporter`] for any reader of the SDK. It never waits and never fails: a collection
/// is put into the client's queue. Made by
/// [`Builder::build_exporters`](crate::Builder::build_exporters).
#[derive(Debug)]
pub struct AgentMetricExporter {
    route: Route,
    temporality: Temporality,
}

impl AgentMetricExporter {
    pub(crate) const fn new(route: Route, temporality: Temporality) -> Self {
        Self { route, temporality }
    }
}

impl PushMetricExporter for AgentMetricExporter {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        if let Some(intake) = self.route.intake() {
            intake.push_metrics(ExportMetricsServiceRequest::from(metrics));
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

    fn temporality(&self) -> Temporality {
        self.temporality
    }
}
