//! The layer that users of axum and `tracing` find first.

use axum_tracing_opentelemetry::middleware::OtelAxumLayer;

use super::bridge;
use crate::suites::middleware::scene::Scene;

/// How its rows are named.
pub(in super::super) const SUBJECT: &str = "axum-tracing-opentelemetry";

/// [`OtelAxumLayer`] as it comes.
pub(in super::super) fn server(scene: &mut Scene) -> OtelAxumLayer {
    bridge::install(scene);
    OtelAxumLayer::default()
}

/// The same with a filter that says no.
pub(in super::super) fn filtered(scene: &mut Scene) -> OtelAxumLayer {
    server(scene).filter(|_path| false)
}
