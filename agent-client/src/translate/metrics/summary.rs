//! Summaries.

use campanile_wire::opencensus::metrics::v1::SummaryValue;
use campanile_wire::opencensus::metrics::v1::point::Value;
use campanile_wire::opencensus::metrics::v1::summary_value::Snapshot;
use campanile_wire::opencensus::metrics::v1::summary_value::snapshot::ValueAtPercentile;
use opentelemetry_proto::tonic::metrics::v1::SummaryDataPoint;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;

use super::labels::labels;
use super::point::{Point, count, is_recorded};

/// `None` when nothing was recorded.
pub(super) fn point(point: SummaryDataPoint) -> Option<Point> {
    is_recorded(point.flags).then(|| Point {
        labels: labels(point.attributes),
        start_unix_nanos: point.start_time_unix_nano,
        unix_nanos: point.time_unix_nano,
        value: Value::SummaryValue(SummaryValue {
            count: Some(count(point.count)),
            sum: Some(point.sum),
            snapshot: snapshot(&point.quantile_values),
        }),
    })
}

/// Of the time the quantiles are of, OTLP has neither count nor sum.
fn snapshot(quantiles: &[ValueAtQuantile]) -> Option<Snapshot> {
    (!quantiles.is_empty()).then(|| Snapshot {
        count: None,
        sum: None,
        percentile_values: quantiles
            .iter()
            .map(|quantile| ValueAtPercentile {
                percentile: quantile.quantile * 100.0,
                value: quantile.value,
            })
            .collect(),
    })
}
