//! The metrics `Export` stream, read and dropped.
//!
//! The agent has no OpenCensus metrics yet. The stream is served all the same: the Go exporter
//! opens it on every connect, and a failed send on it tears down the trace stream too.

use std::sync::Arc;

use bytes::Bytes;
use campanile_wire::protobuf::Fields;
use tokio_util::sync::CancellationToken;
use tonic::{Status, Streaming};

use super::stream::{Next, next, stopping};
use crate::receivers::counters::Invalid;

/// The reason under which dropped metrics are counted.
pub(super) const REASON: &str = "metrics_not_supported";

/// Reads a stream to its end and counts the metrics it brings.
///
/// # Errors
///
/// The status that ends the stream, unless it ends well.
pub(super) async fn drain(
    mut messages: Streaming<Bytes>,
    stop: CancellationToken,
    invalid: Arc<Invalid>,
) -> Result<(), Status> {
    loop {
        match next(&mut messages, &stop, &invalid).await {
            Next::Message(message) => invalid.count(REASON, metrics(&message)),
            Next::End | Next::Broken(None) => return Ok(()),
            Next::Broken(Some(status)) => return Err(status),
            Next::Stop => return Err(stopping()),
        }
    }
}

/// The number of metrics in an `ExportMetricsServiceRequest`.
fn metrics(message: &[u8]) -> u64 {
    let fields = Fields::new(message).map_while(Result::ok);
    fields.filter(|field| field.number == 2).count() as u64
}
