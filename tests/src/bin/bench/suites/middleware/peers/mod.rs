//! The layers that are compared, each as its documentation says to set it up.

mod bridge;

pub(super) mod axum_tracing;
pub(super) mod campanile;
pub(super) mod instrumentation_tower;
pub(super) mod reqwest_tracing;
pub(super) mod tonic_tracing;
pub(super) mod tower_http;
pub(super) mod tower_otel;
