//! Histograms of both kinds as distributions.

use campanile_wire::opencensus::metrics::v1::DistributionValue;
use campanile_wire::opencensus::metrics::v1::distribution_value::bucket_options::{Explicit, Type};
use campanile_wire::opencensus::metrics::v1::distribution_value::{Bucket, BucketOptions};
use campanile_wire::opencensus::metrics::v1::point::Value;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogramDataPoint, HistogramDataPoint,
};

use super::labels::labels;
use super::point::{Point, count, is_recorded};
use super::{exemplar, exponential};

/// Counts between bounds: one more than there are bounds, or the buckets are not valid.
pub(super) struct Buckets {
    pub(super) bounds: Vec<f64>,
    pub(super) counts: Vec<u64>,
}

/// A point with the bounds it came with; `None` when nothing was recorded.
pub(super) fn explicit(point: HistogramDataPoint) -> Option<Point> {
    is_recorded(point.flags).then(|| {
        let buckets = Buckets {
            bounds: point.explicit_bounds,
            counts: point.bucket_counts,
        };
        Point {
            labels: labels(point.attributes),
            start_unix_nanos: point.start_time_unix_nano,
            unix_nanos: point.time_unix_nano,
            value: value(point.count, point.sum, buckets, point.exemplars),
        }
    })
}

/// A point with bounds computed from its scale; `None` when nothing was recorded.
pub(super) fn exponential(point: ExponentialHistogramDataPoint) -> Option<Point> {
    is_recorded(point.flags).then(|| {
        let buckets = exponential::buckets(&point);
        Point {
            labels: labels(point.attributes),
            start_unix_nanos: point.start_time_unix_nano,
            unix_nanos: point.time_unix_nano,
            value: value(point.count, point.sum, buckets, point.exemplars),
        }
    })
}

fn value(all: u64, sum: Option<f64>, buckets: Buckets, exemplars: Vec<Exemplar>) -> Value {
    let mut distribution = DistributionValue {
        count: count(all),
        sum: sum.unwrap_or_default(),
        // OTLP does not tell.
        sum_of_squared_deviation: 0.0,
        bucket_options: None,
        buckets: Vec::new(),
    };
    if buckets.counts.len() == buckets.bounds.len() + 1 {
        distribution.buckets = buckets.counts.into_iter().map(bucket).collect();
        exemplar::place(exemplars, &buckets.bounds, &mut distribution.buckets);
        distribution.bucket_options = Some(options(buckets.bounds));
    }
    Value::DistributionValue(distribution)
}

fn bucket(values: u64) -> Bucket {
    Bucket {
        count: count(values),
        exemplar: None,
    }
}

fn options(bounds: Vec<f64>) -> BucketOptions {
    BucketOptions {
        r#type: Some(Type::Explicit(Explicit { bounds })),
    }
}
