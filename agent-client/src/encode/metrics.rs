//! A collection of metrics as requests of bounded size.

use campanile_wire::otlp::{Counts, Limits, Signal, scan, split};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use prost::Message;

use crate::protocol::Encoding;
use crate::translate;

/// Encodes a collection as requests of at most about `max_bytes`, each with its number of points.
/// A collection without points gives none.
pub(crate) fn metrics(
    encoding: Encoding,
    request: ExportMetricsServiceRequest,
    max_bytes: usize,
) -> Vec<(Vec<u8>, usize)> {
    match encoding {
        Encoding::Otlp => otlp(&request.encode_to_vec(), max_bytes),
        Encoding::OpenCensus => opencensus(request, max_bytes),
    }
}

fn otlp(request: &[u8], max_bytes: usize) -> Vec<(Vec<u8>, usize)> {
    let (bytes, max_bytes) = (request.len() as u64, max_bytes as u64);
    let unlimited = Limits {
        max_items: u64::MAX,
        max_children: u64::MAX,
    };
    let counts = scan(Signal::Metrics, request, &unlimited);
    let Counts { items, .. } = counts.unwrap_or_default();
    // Points of one collection are much alike.
    let max_items = match bytes.checked_div(max_bytes) {
        Some(0) | None => items,
        Some(parts) => items / (parts + 1),
    };
    let parts = split(Signal::Metrics, request, max_items);
    parts
        .into_iter()
        .map(|part| {
            (
                part.request,
                usize::try_from(part.counts.items).unwrap_or(0),
            )
        })
        .filter(|(_, points)| *points > 0)
        .collect()
}

fn opencensus(request: ExportMetricsServiceRequest, max_bytes: usize) -> Vec<(Vec<u8>, usize)> {
    let mut requests = Vec::new();
    let (mut bytes, mut points) = (0, 0);
    let mut finish = |metrics: &mut Vec<_>, points: usize| {
        if points > 0 {
            requests.push((translate::with_metrics(std::mem::take(metrics)), points));
        }
    };
    let mut metrics = Vec::new();
    for metric in translate::metrics(request) {
        let len = metric.encoded_len();
        if bytes + len > max_bytes {
            finish(&mut metrics, std::mem::take(&mut points));
            bytes = 0;
        }
        bytes += len;
        points += metric
            .timeseries
            .iter()
            .map(|s| s.points.len())
            .sum::<usize>();
        metrics.push(metric);
    }
    finish(&mut metrics, points);
    requests
}
