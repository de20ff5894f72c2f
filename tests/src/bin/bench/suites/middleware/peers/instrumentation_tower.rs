//! OpenTelemetry's own layer, which knows only the global providers.

use opentelemetry::global;
use opentelemetry::metrics::noop::NoopMeterProvider;
use opentelemetry_instrumentation_tower::http::server::{Layer, LayerBuilder};
use opentelemetry_sdk::metrics::{ManualReader, SdkMeterProvider};

use crate::suites::middleware::scene::Scene;

/// How its rows are named.
pub(in super::super) const SUBJECT: &str = "opentelemetry-instrumentation-tower";

/// Spans without metrics.
pub(in super::super) fn server(scene: &mut Scene) -> Layer {
    scene.install_provider();
    let layer = LayerBuilder::builder().with_metrics(false).build();
    layer.expect("the defaults are valid")
}

/// Spans and metrics, which an SDK aggregates and nobody reads.
pub(in super::super) fn server_with_metrics(scene: &mut Scene) -> Layer {
    scene.install_provider();
    let meters = SdkMeterProvider::builder()
        .with_reader(ManualReader::builder().build())
        .build();
    global::set_meter_provider(meters);
    scene.at_end(|| global::set_meter_provider(NoopMeterProvider::new()));
    LayerBuilder::builder()
        .build()
        .expect("the defaults are valid")
}
