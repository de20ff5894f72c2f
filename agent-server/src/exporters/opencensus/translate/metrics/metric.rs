//! A metric: its type, its labels, its series.

use campanile_wire::otlp::view::{Data, Metric, Number, Temporality};
use campanile_wire::otlp::write::{nested, text, varint};

use super::super::field::{put_double, put_present, put_time};
use super::super::request::Scope;
use super::labels::{Keys, TYPE};
use super::point::{Point, Value, points};
use super::{distribution, summary};

/// The names of `MetricDescriptor.Type`, by number.
const TYPES: [&str; 8] = [
    "UNSPECIFIED",
    "GAUGE_INT64",
    "GAUGE_DOUBLE",
    "GAUGE_DISTRIBUTION",
    "CUMULATIVE_INT64",
    "CUMULATIVE_DOUBLE",
    "CUMULATIVE_DISTRIBUTION",
    "SUMMARY",
];

/// Appends the fields of a `Metric`; says whether there are any points.
pub(in super::super) fn put(out: &mut Vec<u8>, metric: &Metric<'_>, scope: &Scope<'_>) -> bool {
    let Some(data) = metric.data else {
        return false;
    };
    let points = points(data, scope);
    if points.is_empty() {
        return false;
    }
    let keys = Keys::new(metric, points.iter().map(|point| &point.labels), sum(data));
    nested(out, 1, |out| {
        text(out, 1, metric.name);
        text(out, 2, metric.description);
        text(out, 3, metric.unit);
        varint(out, 4, kind(metric, data, &points));
        keys.put(out, 5);
    });
    for point in &points {
        nested(out, 2, |out| put_series(out, point, &keys));
    }
    true
}

/// What OpenCensus has no type for: a sum that may fall, or starts anew with every point.
fn sum(data: Data<'_>) -> Option<&'static str> {
    let Data::Sum(sum) = data else {
        return None;
    };
    match (sum.temporality, sum.is_monotonic) {
        (Temporality::Cumulative, true) => None,
        (Temporality::Cumulative, false) => Some("cumulative"),
        (Temporality::Delta, true) => Some("delta monotonic"),
        (Temporality::Delta, false) => Some("delta"),
        (Temporality::Unspecified, true) => Some("unspecified monotonic"),
        (Temporality::Unspecified, false) => Some("unspecified"),
    }
}

fn kind(metric: &Metric<'_>, data: Data<'_>, points: &[Point<'_>]) -> u64 {
    if let Some(kept) = kept_kind(metric) {
        return kept;
    }
    let is_whole =
        |point: &Point<'_>| !matches!(point.value, Some(Value::Number(Number::Double(_))));
    let of_double = u64::from(!points.iter().all(is_whole));
    let of_temporality = |temporality| match temporality {
        Temporality::Cumulative => 6,
        Temporality::Delta | Temporality::Unspecified => 3,
    };
    match data {
        Data::Gauge(_) => 1 + of_double,
        Data::Sum(_) if sum(data).is_some() => 1 + of_double,
        Data::Sum(_) => 4 + of_double,
        Data::Histogram(histogram) => of_temporality(histogram.temporality),
        Data::ExponentialHistogram(histogram) => of_temporality(histogram.temporality),
        Data::Summary(_) => 7,
    }
}

/// The type that a metric came with, where its data does not tell.
fn kept_kind(metric: &Metric<'_>) -> Option<u64> {
    let kept = metric.metadata().find(TYPE)?.as_text()?;
    let known = TYPES.iter().position(|name| *name == kept);
    let number = || {
        kept.parse::<i32>()
            .ok()
            .map(|kind| i64::from(kind).cast_unsigned())
    };
    known.map(|kind| kind as u64).or_else(number)
}

fn put_series(out: &mut Vec<u8>, point: &Point<'_>, keys: &Keys<'_>) {
    if point.start_unix_nano != 0 {
        put_time(out, 1, point.start_unix_nano);
    }
    keys.put_values(out, 2, &point.labels);
    nested(out, 3, |out| {
        if point.time_unix_nano != 0 {
            put_time(out, 1, point.time_unix_nano);
        }
        match &point.value {
            None => {}
            Some(Value::Number(Number::Int(value))) => put_present(out, 2, value.cast_unsigned()),
            Some(Value::Number(Number::Double(value))) => put_double(out, 3, *value),
            Some(Value::Distribution(value)) => nested(out, 4, |out| distribution::put(out, value)),
            Some(Value::Summary(value)) => nested(out, 5, |out| summary::put(out, value)),
        }
    });
}
