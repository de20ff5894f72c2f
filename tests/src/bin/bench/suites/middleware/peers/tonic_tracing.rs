//! The gRPC layers beside axum-tracing-opentelemetry.

use tonic_tracing_opentelemetry::middleware::{client, server};

use super::bridge;
use crate::suites::middleware::scene::Scene;

/// How its rows are named.
pub(in super::super) const SUBJECT: &str = "tonic-tracing-opentelemetry";

/// The layer of a server, as it comes.
pub(in super::super) fn server(scene: &mut Scene) -> server::OtelGrpcLayer {
    bridge::install(scene);
    server::OtelGrpcLayer::default()
}

/// The layer of a client, as it comes.
pub(in super::super) fn client(scene: &mut Scene) -> client::OtelGrpcLayer {
    bridge::install(scene);
    client::OtelGrpcLayer
}
