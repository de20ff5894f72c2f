//! Layers for both ends of HTTP and gRPC.

use tower_otel::trace::{GrpcLayer, HttpLayer};
use tracing::Level;

use super::bridge;
use crate::suites::middleware::scene::Scene;

/// How its rows are named.
pub(in super::super) const SUBJECT: &str = "tower-otel";

/// [`HttpLayer`] of a server.
pub(in super::super) fn server(scene: &mut Scene) -> HttpLayer {
    bridge::install(scene);
    HttpLayer::server(Level::INFO)
}

/// [`HttpLayer`] of a client.
pub(in super::super) fn client(scene: &mut Scene) -> HttpLayer {
    bridge::install(scene);
    HttpLayer::client(Level::INFO)
}

/// [`GrpcLayer`] of a server.
pub(in super::super) fn grpc_server(scene: &mut Scene) -> GrpcLayer {
    bridge::install(scene);
    GrpcLayer::server(Level::INFO)
}

/// [`GrpcLayer`] of a client.
pub(in super::super) fn grpc_client(scene: &mut Scene) -> GrpcLayer {
    bridge::install(scene);
    GrpcLayer::client(Level::INFO)
}
