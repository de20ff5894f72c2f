//! The bytes of an OTLP metrics request.

use std::collections::BTreeMap;

use campanile_wire::otlp::write::{Scalar, attribute, fixed64, nested, text, varint};

use super::histogram::{Buckets, whole};
use super::points::{Metric, Point, Points, Shape, Value};
use super::{exemplar, resource};
use crate::receivers::prometheus::labels::Labels;

/// `AggregationTemporality.CUMULATIVE`.
const CUMULATIVE: u64 = 2;
/// `DataPointFlags.NO_RECORDED_VALUE_MASK`.
const NO_RECORDED_VALUE: u64 = 1;

/// A request, and what could not be part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::receivers::prometheus) struct Written {
    pub(in crate::receivers::prometheus) request: Vec<u8>,
    /// The points of the request.
    pub(in crate::receivers::prometheus) points: u64,
    /// Histograms without count, and counters of which only the beginning is known.
    pub(in crate::receivers::prometheus) incomplete: u64,
}

/// Writes `points`. Those without a time of their own are of `now`, in nanoseconds since the Unix
/// epoch.
pub(in crate::receivers::prometheus) fn write(
    points: &Points<'_>,
    scheme: &str,
    now: u64,
) -> Written {
    let mut written = Written::default();
    let mut groups: BTreeMap<_, BTreeMap<_, Vec<_>>> = BTreeMap::new();
    for (metric, points) in points.metrics() {
        let scopes = groups.entry((&metric.job, &metric.instance)).or_default();
        scopes
            .entry(&metric.scope)
            .or_default()
            .push((metric, points));
    }
    let mut request = Vec::new();
    for ((job, instance), scopes) in groups {
        let info = points.infos.get(&(job.to_string(), instance.to_string()));
        nested(&mut request, 1, |out| {
            nested(out, 1, |out| {
                resource::put(out, job, instance, scheme, info)
            });
            for (scope, metrics) in scopes {
                nested(out, 2, |out| {
                    put_scope(out, scope);
                    for (metric, points) in metrics {
                        put_metric(out, metric, points, now, &mut written);
                    }
                });
            }
        });
    }
    written.request = request;
    written
}

/// Appends the fields of `ScopeMetrics` that are about the scope.
fn put_scope(out: &mut Vec<u8>, labels: &Labels<'_>) {
    if labels.len() == 0 {
        return;
    }
    nested(out, 1, |out| {
        text(out, 1, labels.get("otel_scope_name"));
        text(out, 2, labels.get("otel_scope_version"));
        for (name, value) in labels.iter() {
            let name = name.strip_prefix("otel_scope_").unwrap_or(name);
            if !matches!(name, "name" | "version" | "schema_url") {
                attribute(out, 3, name, Scalar::Text(value));
            }
        }
    });
    text(out, 3, labels.get("otel_scope_schema_url"));
}

fn put_metric(
    out: &mut Vec<u8>,
    metric: &Metric<'_>,
    points: &[Point<'_>],
    now: u64,
    written: &mut Written,
) {
    let mut body = Vec::new();
    for point in points {
        let mut bytes = Vec::new();
        if put_point(&mut bytes, metric.shape(), point, now) {
            nested(&mut body, 1, |out| out.extend_from_slice(&bytes));
            written.points += 1;
        } else {
            written.incomplete += 1;
        }
    }
    if body.is_empty() {
        return;
    }
    let (field, is_cumulative) = match metric.shape() {
        Shape::Gauge => (5, false),
        Shape::NonMonotonicSum | Shape::Sum => (7, true),
        Shape::Histogram => (9, true),
        Shape::Summary => (11, false),
    };
    nested(out, 2, |out| {
        text(out, 1, &metric.name);
        text(out, 2, &metric.help);
        text(out, 3, &metric.unit);
        nested(out, field, |out| {
            out.extend_from_slice(&body);
            if is_cumulative {
                varint(out, 2, CUMULATIVE);
            }
            varint(out, 3, u64::from(metric.shape() == Shape::Sum));
        });
        let kind = Scalar::Text(metric.kind.name());
        attribute(out, 12, "prometheus.type", kind);
    });
}

/// Appends the fields of a data point; says whether there is enough for one.
fn put_point(out: &mut Vec<u8>, shape: Shape, point: &Point<'_>, now: u64) -> bool {
    let time = point.time.map_or(now, nanos);
    fixed64(out, 2, point.start);
    fixed64(out, 3, time);
    let (attributes, flags, exemplars) = match shape {
        Shape::Gauge | Shape::NonMonotonicSum | Shape::Sum => (7, 8, 5),
        Shape::Histogram => (9, 10, 8),
        Shape::Summary => (7, 8, 0),
    };
    match (&point.value, shape) {
        (Value::Stale, _) if point.samples > 0 => return false,
        (Value::Stale, _) => varint(out, flags, NO_RECORDED_VALUE),
        (Value::Number(value), _) => double(out, 4, *value),
        (Value::Parts { count, sum, list }, Shape::Summary) => {
            fixed64(out, 4, whole(count.unwrap_or(0.0)));
            fixed64(out, 5, sum.unwrap_or(0.0).to_bits());
            put_quantiles(out, list);
        }
        (Value::Parts { count, sum, list }, _) => {
            let Some(buckets) = Buckets::new(*count, list) else {
                return false;
            };
            fixed64(out, 4, buckets.count);
            if let Some(sum) = sum {
                double(out, 5, *sum);
            }
            buckets.put(out);
        }
    }
    for (name, value) in point.labels.iter() {
        attribute(out, attributes, name, Scalar::Text(value));
    }
    if exemplars > 0 {
        for one in &point.exemplars {
            nested(out, exemplars, |out| exemplar::put(out, one, time));
        }
    }
    true
}

fn put_quantiles(out: &mut Vec<u8>, list: &[(f64, f64)]) {
    let mut sorted = list.to_vec();
    sorted.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    sorted.dedup_by(|(a, _), (b, _)| a == b);
    for (quantile, value) in sorted {
        nested(out, 6, |out| {
            fixed64(out, 1, quantile.to_bits());
            fixed64(out, 2, value.to_bits());
        });
    }
}

/// Appends a double that is there even when it is zero.
pub(super) fn double(out: &mut Vec<u8>, number: u8, value: f64) {
    out.push(number << 3 | 1);
    out.extend_from_slice(&value.to_le_bytes());
}

/// A time as OTLP has it: not before the epoch.
pub(super) fn nanos(time: i64) -> u64 {
    u64::try_from(time).unwrap_or(0)
}
