//! Tests of `servicegraph`.

mod agent;
mod config;
mod graph;
mod store;

use std::time::Duration;

use bytes::Bytes;
use campanile_wire::otlp::view::{Attributes, Data, Number, resource_metrics};
use campanile_wire::otlp::write::{self, Scalar};
use campanile_wire::otlp::{Limits, Signal};
use serde_json::Value;

use super::config::Config;
use super::graph::Graph;
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

fn graph(config: Value) -> Graph {
    Graph::new(Plan::new(&configured(config)))
}

/// A span of trace 1.
#[derive(Clone, Copy)]
struct Given<'g> {
    service: &'g str,
    kind: u64,
    id: u8,
    parent: u8,
    nanos: u64,
    failed: bool,
    attributes: &'g [(&'g str, &'g str)],
}

const CLIENT: Given<'static> = Given {
    service: "shop",
    kind: 3,
    id: 1,
    parent: 9,
    nanos: 30 * MS,
    failed: false,
    attributes: &[],
};

const SERVER: Given<'static> = Given {
    service: "cart",
    kind: 2,
    id: 2,
    parent: 1,
    nanos: 20 * MS,
    ..CLIENT
};

/// A request with a resource for each span.
fn request(spans: &[Given<'_>]) -> Vec<u8> {
    let mut request = Vec::new();
    for span in spans {
        write::nested(&mut request, 1, |entry| {
            write::nested(entry, 1, |out| {
                write::attribute(out, 1, "service.name", Scalar::Text(span.service));
                write::attribute(out, 1, "zone", Scalar::Text("eu"));
            });
            write::nested(entry, 2, |scope| {
                write::nested(scope, 2, |out| put(out, span));
            });
        });
    }
    request
}

fn put(out: &mut Vec<u8>, span: &Given<'_>) {
    write::bytes(out, 1, &[1; 16]);
    write::bytes(out, 2, &[span.id; 8]);
    if span.parent > 0 {
        write::bytes(out, 4, &[span.parent; 8]);
    }
    write::varint(out, 6, span.kind);
    write::fixed64(out, 7, 1_000);
    write::fixed64(out, 8, 1_000 + span.nanos);
    for (key, value) in span.attributes {
        write::attribute(out, 9, key, Scalar::Text(value));
    }
    if span.failed {
        write::nested(out, 15, |status| write::varint(status, 3, 2));
    }
}

fn shown(attributes: Attributes<'_>) -> String {
    let shown = attributes
        .iter()
        .map(|(key, value)| format!("{key}={value}"));
    shown.collect::<Vec<_>>().join(" ")
}

/// The points of a request, after it was checked wholly: what each metric says of each edge.
fn read(request: &[u8]) -> Vec<String> {
    let bytes = Bytes::copy_from_slice(request);
    Payload::parse_deep(Signal::Metrics, bytes, &Limits::default()).expect("well formed");
    let entries = resource_metrics(request);
    let metrics = entries.flat_map(|entry| entry.scope_metrics().collect::<Vec<_>>());
    let mut lines = Vec::new();
    for metric in metrics.flat_map(|scope| scope.metrics().collect::<Vec<_>>()) {
        let name = metric
            .name
            .trim_start_matches("traces_service_graph_request_");
        match metric.data.expect("a metric holds data") {
            Data::Sum(sum) => lines.extend(sum.points().map(|point| {
                let Some(Number::Int(value)) = point.value else {
                    panic!("no number");
                };
                assert!(point.start_unix_nano < point.time_unix_nano);
                format!("{name} {} {value}", shown(point.attributes()))
            })),
            Data::Histogram(histogram) => lines.extend(histogram.points().map(|point| {
                let (count, sum) = (point.count, point.sum.unwrap_or(f64::NAN));
                format!("{name} {} {count} {sum}", shown(point.attributes()))
            })),
            other => panic!("{other:?}"),
        }
    }
    lines.sort();
    lines
}

/// What the metrics say now.
fn round(graph: &mut Graph, now: Now) -> Vec<String> {
    let Some(request) = graph.next(now) else {
        return Vec::new();
    };
    assert_eq!(graph.next(now), None, "the round is over");
    read(&request)
}
