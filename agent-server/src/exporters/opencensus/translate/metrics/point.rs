//! Points of every kind.

use campanile_wire::otlp::view::{
    AnyValue, Attributes, Data, ExponentialHistogramPoint, HistogramPoint, Number, NumberPoint,
    Quantile, SummaryPoint,
};

use super::super::request::Scope;
use super::distribution::{self, Distribution};
use super::exponential;
use super::labels::{Labels, labels};
use super::summary;

/// One value and whose it is.
pub(super) struct Point<'a> {
    pub(super) labels: Labels<'a>,
    pub(super) start_unix_nano: u64,
    pub(super) time_unix_nano: u64,
    pub(super) value: Option<Value<'a>>,
}

/// What a point holds.
pub(super) enum Value<'a> {
    Distribution(Distribution<'a>),
    Number(Number),
    Summary(Summary),
}

/// A summary, taken apart.
pub(super) struct Summary {
    pub(super) count: u64,
    pub(super) sum: f64,
    pub(super) quantiles: Vec<Quantile>,
    pub(super) snapshot_count: Option<i64>,
    pub(super) snapshot_sum: Option<f64>,
}

/// The points of a metric.
pub(super) fn points<'a>(data: Data<'a>, scope: &Scope<'a>) -> Vec<Point<'a>> {
    match data {
        Data::Gauge(gauge) => gauge.points().map(|point| number(&point, scope)).collect(),
        Data::Sum(sum) => sum.points().map(|point| number(&point, scope)).collect(),
        Data::Histogram(histogram) => {
            let points = histogram.points();
            points.map(|point| explicit(&point, scope)).collect()
        }
        Data::ExponentialHistogram(histogram) => {
            let points = histogram.points();
            points.map(|point| computed(&point, scope)).collect()
        }
        Data::Summary(summary) => {
            let points = summary.points();
            points.map(|point| quantiles(&point, scope)).collect()
        }
    }
}

fn number<'a>(point: &NumberPoint<'a>, scope: &Scope<'a>) -> Point<'a> {
    Point {
        labels: labels(point.attributes().iter(), scope),
        start_unix_nano: point.start_unix_nano,
        time_unix_nano: point.time_unix_nano,
        value: point
            .value
            .filter(|_| !point.has_no_value())
            .map(Value::Number),
    }
}

fn explicit<'a>(point: &HistogramPoint<'a>, scope: &Scope<'a>) -> Point<'a> {
    let deviation = double(point.attributes(), distribution::DEVIATION);
    let value = (!point.has_no_value()).then(|| Distribution {
        count: point.count,
        sum: point.sum.unwrap_or(0.0),
        deviation: deviation.unwrap_or(0.0),
        bounds: point.explicit_bounds().collect(),
        counts: point.bucket_counts().collect(),
        exemplars: point.exemplars().collect(),
    });
    let attributes = point.attributes().iter();
    let taken = value.is_some() && deviation.is_some();
    let attributes = attributes.filter(|(key, _)| !taken || *key != distribution::DEVIATION);
    Point {
        labels: labels(attributes, scope),
        start_unix_nano: point.start_unix_nano,
        time_unix_nano: point.time_unix_nano,
        value: value.map(Value::Distribution),
    }
}

fn computed<'a>(point: &ExponentialHistogramPoint<'a>, scope: &Scope<'a>) -> Point<'a> {
    let value = (!point.has_no_value()).then(|| {
        let buckets = exponential::buckets(point);
        Distribution {
            count: point.count,
            sum: point.sum.unwrap_or(0.0),
            deviation: 0.0,
            bounds: buckets.bounds,
            counts: buckets.counts,
            exemplars: point.exemplars().collect(),
        }
    });
    Point {
        labels: labels(point.attributes().iter(), scope),
        start_unix_nano: point.start_unix_nano,
        time_unix_nano: point.time_unix_nano,
        value: value.map(Value::Distribution),
    }
}

fn quantiles<'a>(point: &SummaryPoint<'a>, scope: &Scope<'a>) -> Point<'a> {
    let count = point
        .attributes()
        .find(summary::COUNT)
        .and_then(AnyValue::as_int);
    let sum = double(point.attributes(), summary::SUM);
    let value = (!point.has_no_value()).then(|| Summary {
        count: point.count,
        sum: point.sum,
        quantiles: point.quantiles().collect(),
        snapshot_count: count,
        snapshot_sum: sum,
    });
    let has_value = value.is_some();
    let is_taken = |key: &str| {
        has_value
            && (key == summary::COUNT && count.is_some() || key == summary::SUM && sum.is_some())
    };
    let attributes = point.attributes().iter().filter(|(key, _)| !is_taken(key));
    Point {
        labels: labels(attributes, scope),
        start_unix_nano: point.start_unix_nano,
        time_unix_nano: point.time_unix_nano,
        value: value.map(Value::Summary),
    }
}

fn double(attributes: Attributes<'_>, key: &str) -> Option<f64> {
    match attributes.find(key)? {
        AnyValue::Double(number) => Some(number),
        _ => None,
    }
}
