//! The SDK's processor with its OTLP exporter, set up.

use std::net::SocketAddr;

use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider};

use super::traced::SERVICE;
use crate::measure::Result;

/// A provider whose spans go to the agent at `address`, with the default queue or one of so many
/// places. To be called in a runtime, which has to live as long.
pub(super) fn open(address: SocketAddr, queue_spans: Option<usize>) -> Result<SdkTracerProvider> {
    let exporter = SpanExporter::builder()
        .with_tonic()
        .with_endpoint(format!("http://{address}"))
        .build()?;
    let mut config = BatchConfigBuilder::default();
    if let Some(spans) = queue_spans {
        config = config.with_max_queue_size(spans);
    }
    let processor = BatchSpanProcessor::builder(exporter)
        .with_batch_config(config.build())
        .build();
    Ok(SdkTracerProvider::builder()
        .with_resource(Resource::builder().with_service_name(SERVICE).build())
        .with_span_processor(processor)
        .build())
}
