//! Tests of `spanmetrics`, and what they share.

mod agent;
mod aggregate;
mod config;
mod connector;
mod limits;

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use campanile_wire::otlp::Signal;
use campanile_wire::otlp::view::{Attributes, Data, Number, Temporality, resource_metrics};
use campanile_wire::otlp::write::{self, Scalar};
use serde_json::{Value, json};

use super::aggregate::Aggregator;
use super::config::Config;
use super::plan::Plan;
use crate::connectors::points::Now;
use crate::payload::Payload;

/// Milliseconds in nanoseconds.
const MS: u64 = 1_000_000;

/// A moment so many seconds after the start.
fn at(seconds: u64) -> Now {
    Now {
        unix: 1_000_000_000 * (1_000 + seconds),
        at: Duration::from_secs(seconds),
    }
}

fn configured(config: Value) -> Config {
    serde_json::from_value(config).expect("a configuration")
}

fn aggregator(config: Value) -> Aggregator {
    Aggregator::new(Plan::new(&configured(config)))
}

/// A span of a request.
#[derive(Clone, Copy)]
struct Given<'g> {
    name: &'g str,
    nanos: u64,
    attributes: &'g [(&'g str, Scalar<'g>)],
    /// The name and an attribute `kind` of an event.
    event: Option<(&'g str, &'g str)>,
}

const SPAN: Given<'static> = Given {
    name: "GET /",
    nanos: 3 * MS,
    attributes: &[],
    event: None,
};

/// A request with one resource.
fn request(resource: &[(&str, &str)], spans: &[Given<'_>]) -> Vec<u8> {
    let mut request = Vec::new();
    write::nested(&mut request, 1, |entry| {
        write::nested(entry, 1, |out| {
            for (key, value) in resource {
                write::attribute(out, 1, key, Scalar::Text(value));
            }
        });
        write::nested(entry, 2, |scope| {
            write::nested(scope, 1, |scope| {
                write::text(scope, 1, "http");
                write::text(scope, 2, "1.2");
            });
            for span in spans {
                write::nested(scope, 2, |out| put(out, span));
            }
        });
    });
    request
}

fn put(out: &mut Vec<u8>, span: &Given<'_>) {
    write::bytes(out, 1, &[0xa1; 16]);
    write::bytes(out, 2, &[0xb2; 8]);
    write::text(out, 5, span.name);
    write::varint(out, 6, 2);
    write::fixed64(out, 7, 1_000);
    write::fixed64(out, 8, 1_000 + span.nanos);
    for (key, value) in span.attributes {
        write::attribute(out, 9, key, *value);
    }
    if let Some((name, kind)) = span.event {
        write::nested(out, 11, |event| {
            write::text(event, 2, name);
            write::attribute(event, 3, "kind", Scalar::Text(kind));
        });
    }
}

/// A point, as it was read.
#[derive(Clone, Debug, PartialEq)]
struct Read {
    resource: String,
    metric: String,
    key: String,
    start: u64,
    now: u64,
    count: u64,
    rest: String,
}

fn shown(attributes: Attributes<'_>) -> String {
    let shown = attributes
        .iter()
        .map(|(key, value)| format!("{key}={value}"));
    shown.collect::<Vec<_>>().join(" ")
}

/// The points of a request, after it was checked wholly, sorted.
fn read(request: &[u8]) -> Vec<Read> {
    let bytes = Bytes::copy_from_slice(request);
    let limits = campanile_wire::otlp::Limits::default();
    Payload::parse_deep(Signal::Metrics, bytes, &limits).expect("well formed");
    let mut points = Vec::new();
    for entry in resource_metrics(request) {
        let resource = shown(entry.resource().attributes());
        for scope in entry.scope_metrics() {
            assert_eq!(scope.scope().name(), "campanile/spanmetrics");
            for metric in scope.metrics() {
                let name = format!("{} {}", metric.name, metric.unit);
                let data = metric.data.expect("a metric holds data");
                points.extend(points_of(&resource, name.trim(), data));
            }
        }
    }
    points.sort_by(|a, b| (&a.resource, &a.metric, &a.key).cmp(&(&b.resource, &b.metric, &b.key)));
    points
}

fn points_of(resource: &str, metric: &str, data: Data<'_>) -> Vec<Read> {
    let read = |attributes: Attributes<'_>, start, now, count, rest| Read {
        resource: resource.to_owned(),
        metric: metric.to_owned(),
        key: shown(attributes),
        start,
        now,
        count,
        rest,
    };
    let word = |temporality| match temporality {
        Temporality::Cumulative => "cumulative",
        Temporality::Delta => "delta",
        Temporality::Unspecified => "unspecified",
    };
    match data {
        Data::Sum(sum) => {
            assert!(sum.is_monotonic);
            let of = |point: campanile_wire::otlp::view::NumberPoint<'_>| {
                let Some(Number::Int(count)) = point.value else {
                    panic!("no number");
                };
                let (start, now) = (point.start_unix_nano, point.time_unix_nano);
                let rest = word(sum.temporality).to_owned();
                read(point.attributes(), start, now, count.cast_unsigned(), rest)
            };
            sum.points().map(of).collect()
        }
        Data::Histogram(histogram) => {
            let of = |point: campanile_wire::otlp::view::HistogramPoint<'_>| {
                let (start, now) = (point.start_unix_nano, point.time_unix_nano);
                let bounds: Vec<f64> = point.explicit_bounds().collect();
                let counts: Vec<u64> = point.bucket_counts().collect();
                assert_eq!(counts.iter().sum::<u64>(), point.count);
                let sum = point.sum.unwrap_or(f64::NAN);
                let exemplars: Vec<_> = point.exemplars().map(|one| one.value).collect();
                let word = word(histogram.temporality);
                let rest = format!("{word} {sum} {bounds:?} {counts:?} {exemplars:?}");
                read(point.attributes(), start, now, point.count, rest)
            };
            histogram.points().map(of).collect()
        }
        Data::ExponentialHistogram(histogram) => {
            let of = |point: campanile_wire::otlp::view::ExponentialHistogramPoint<'_>| {
                let (start, now) = (point.start_unix_nano, point.time_unix_nano);
                let counts: Vec<u64> = point.positive.counts().collect();
                let rest = format!("{} {counts:?}", word(histogram.temporality));
                read(point.attributes(), start, now, point.count, rest)
            };
            histogram.points().map(of).collect()
        }
        other => panic!("{other:?}"),
    }
}

/// All pieces of a round.
fn round(aggregator: &mut Aggregator, now: Now) -> Vec<Read> {
    let mut points = Vec::new();
    while let Some(piece) = aggregator.next(now) {
        points.extend(read(&piece));
    }
    points
}

/// What each series of the counters has counted, when cumulative series that begin anew and deltas
/// are added up.
#[derive(Debug, Default)]
struct Totals(BTreeMap<(String, String, String, u64), u64>);

impl Totals {
    fn add(&mut self, points: &[Read], metric: &str) {
        for point in points.iter().filter(|point| point.metric == metric) {
            let Read {
                resource,
                metric,
                key,
                start,
                ..
            } = point.clone();
            let total = self.0.entry((resource, metric, key, start)).or_default();
            if point.rest.starts_with("delta") {
                *total += point.count;
            } else {
                assert!(point.count >= *total, "{point:?} after {total}");
                *total = point.count;
            }
        }
    }

    fn sum(&self) -> u64 {
        self.0.values().sum()
    }
}

fn delta() -> Value {
    json!({"aggregation_temporality": "AGGREGATION_TEMPORALITY_DELTA"})
}
