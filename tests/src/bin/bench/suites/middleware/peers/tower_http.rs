//! The layer most servers have, with tracing-opentelemetry below; it reads no headers.

use tower_http::classify::{ServerErrorsAsFailures, SharedClassifier};
use tower_http::trace::TraceLayer;

use super::bridge;
use crate::suites::middleware::scene::Scene;

/// How its rows are named.
pub(in super::super) const SUBJECT: &str = "tower-http";

/// [`TraceLayer`] as it comes.
pub(in super::super) fn server(
    scene: &mut Scene,
) -> TraceLayer<SharedClassifier<ServerErrorsAsFailures>> {
    bridge::install(scene);
    TraceLayer::new_for_http()
}
