//! One metric: its kind, its labels, its series.

use std::collections::BTreeSet;

use campanile_wire::opencensus::metrics::v1::metric_descriptor::Type;
use campanile_wire::opencensus::metrics::v1::{Metric, MetricDescriptor};
use opentelemetry_proto::tonic::metrics::v1 as otlp;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;

use super::labels::{self, Labels};
use super::point::Point;
use super::{distribution, number, summary};

/// `None` when no point has a value.
pub(super) fn metric(metric: otlp::Metric, scope: &Labels) -> Option<Metric> {
    let (kind, mut points) = points(metric.data?);
    if points.is_empty() {
        return None;
    }
    for point in &mut points {
        point.labels.extend(scope.clone());
    }
    let keys: BTreeSet<String> = points
        .iter()
        .flat_map(|point| point.labels.keys().cloned())
        .collect();
    Some(Metric {
        timeseries: points
            .into_iter()
            .map(|point| point.series(&keys))
            .collect(),
        metric_descriptor: Some(MetricDescriptor {
            name: metric.name,
            description: metric.description,
            unit: metric.unit,
            r#type: kind.into(),
            label_keys: keys.into_iter().map(labels::key).collect(),
        }),
        resource: None,
    })
}

fn points(data: Data) -> (Type, Vec<Point>) {
    match data {
        Data::Gauge(gauge) => number::gauge(gauge.data_points),
        Data::Sum(sum) if sum.is_monotonic => number::cumulative(sum.data_points),
        Data::Sum(sum) => number::gauge(sum.data_points),
        Data::Histogram(histogram) => {
            let points = histogram.data_points.into_iter();
            let points = points.filter_map(distribution::explicit).collect();
            (Type::CumulativeDistribution, points)
        }
        Data::ExponentialHistogram(histogram) => {
            let points = histogram.data_points.into_iter();
            let points = points.filter_map(distribution::exponential).collect();
            (Type::CumulativeDistribution, points)
        }
        Data::Summary(summary) => {
            let points = summary.data_points.into_iter();
            (Type::Summary, points.filter_map(summary::point).collect())
        }
    }
}
