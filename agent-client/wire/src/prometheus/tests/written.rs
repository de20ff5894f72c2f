//! Remote write, read by a decoder made from the protocol's field numbers.

use prost::Message;

use super::support::{Taken, cumulative, histogram, metric, number, request, taken};
use crate::otlp::write;
use crate::prometheus::remote::{put_metadata, put_series};
use crate::prometheus::{STALE, Settings};

#[derive(Clone, PartialEq, Message)]
struct WriteRequest {
    #[prost(message, repeated, tag = "1")]
    timeseries: Vec<TimeSeries>,
    #[prost(message, repeated, tag = "3")]
    metadata: Vec<Metadata>,
}

#[derive(Clone, PartialEq, Message)]
struct TimeSeries {
    #[prost(message, repeated, tag = "1")]
    labels: Vec<Label>,
    #[prost(message, repeated, tag = "2")]
    samples: Vec<Sample>,
    #[prost(message, repeated, tag = "3")]
    exemplars: Vec<Exemplar>,
    #[prost(message, repeated, tag = "4")]
    histograms: Vec<Histogram>,
}

#[derive(Clone, PartialEq, Message)]
struct Label {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    value: String,
}

#[derive(Clone, PartialEq, Message)]
struct Sample {
    #[prost(double, tag = "1")]
    value: f64,
    #[prost(int64, tag = "2")]
    timestamp: i64,
}

#[derive(Clone, PartialEq, Message)]
struct Exemplar {
    #[prost(message, repeated, tag = "1")]
    labels: Vec<Label>,
    #[prost(double, tag = "2")]
    value: f64,
    #[prost(int64, tag = "3")]
    timestamp: i64,
}

#[derive(Clone, PartialEq, Message)]
struct Span {
    #[prost(sint32, tag = "1")]
    offset: i32,
    #[prost(uint32, tag = "2")]
    length: u32,
}

#[derive(Clone, PartialEq, Message)]
struct Histogram {
    #[prost(uint64, optional, tag = "1")]
    count: Option<u64>,
    #[prost(double, tag = "3")]
    sum: f64,
    #[prost(sint32, tag = "4")]
    schema: i32,
    #[prost(double, tag = "5")]
    zero_threshold: f64,
    #[prost(uint64, optional, tag = "6")]
    zero_count: Option<u64>,
    #[prost(message, repeated, tag = "8")]
    negative_spans: Vec<Span>,
    #[prost(sint64, repeated, tag = "9")]
    negative_deltas: Vec<i64>,
    #[prost(message, repeated, tag = "11")]
    positive_spans: Vec<Span>,
    #[prost(sint64, repeated, tag = "12")]
    positive_deltas: Vec<i64>,
    #[prost(enumeration = "ResetHint", tag = "14")]
    reset_hint: i32,
    #[prost(int64, tag = "15")]
    timestamp: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
enum ResetHint {
    Unknown = 0,
}

#[derive(Clone, PartialEq, Message)]
struct Metadata {
    #[prost(int32, tag = "1")]
    kind: i32,
    #[prost(string, tag = "2")]
    family: String,
    #[prost(string, tag = "4")]
    help: String,
    #[prost(string, tag = "5")]
    unit: String,
}

/// Writes all points of the first family as those of one series.
fn written(taken: &Taken) -> WriteRequest {
    let family = &taken.points[0].0;
    let points: Vec<_> = taken
        .points
        .iter()
        .map(|(_, point)| point.clone())
        .collect();
    let mut out = Vec::new();
    put_series(&mut out, family, &points[0].labels, &points);
    put_metadata(&mut out, family);
    WriteRequest::decode(&out[..]).expect("protobuf")
}

fn shown(labels: &[Label]) -> String {
    let pairs = labels.iter().map(|l| format!("{}={}", l.name, l.value));
    pairs.collect::<Vec<_>>().join(" ")
}

#[test]
fn samples_of_a_series_are_together_and_its_labels_sorted() {
    let request = request(&[("service.name", "cart")], |out| {
        metric(out, ["requests", "All.", "By"], 7, |out| {
            number(out, &[("Path", "/")], 1, 3.0);
            number(out, &[("Path", "/")], 2, 0.0);
            number(out, &[("Path", "/")], 2, 5.0);
            cumulative(out);
            write::varint(out, 3, 1);
        });
    });
    let found = written(&taken(&request, &Settings::default()));
    assert_eq!(found.timeseries.len(), 1);
    let series = &found.timeseries[0];
    assert_eq!(
        shown(&series.labels),
        "Path=/ __name__=requests_bytes_total job=cart otel_scope_name=shop.lib \
         otel_scope_version=1.2"
    );
    let samples: Vec<_> = series
        .samples
        .iter()
        .map(|s| (s.timestamp, s.value))
        .collect();
    assert_eq!(samples, [(1_000, 3.0), (2_000, 5.0)]);
    let expected = Metadata {
        kind: 1,
        family: "requests_bytes_total".to_owned(),
        help: "All.".to_owned(),
        unit: "bytes".to_owned(),
    };
    assert_eq!(found.metadata, [expected]);
}

#[test]
fn a_histogram_is_a_series_for_each_bucket_with_its_exemplars() {
    let request = request(&[], |out| {
        metric(out, ["t", "", ""], 9, |out| {
            histogram(out, 1, &[0.25, 2.0], &[1, 2, 4], 3.5);
            histogram(out, 2, &[0.25, 2.0], &[2, 2, 4], 4.5);
            cumulative(out);
        });
    });
    let settings = Settings {
        without_scope: true,
        ..Settings::default()
    };
    let found = written(&taken(&request, &settings));
    let mut series: Vec<_> = found
        .timeseries
        .iter()
        .map(|series| {
            let values: Vec<_> = series.samples.iter().map(|sample| sample.value).collect();
            (shown(&series.labels), values, series.exemplars.len())
        })
        .collect();
    series.sort_by(|(one, ..), (other, ..)| one.cmp(other));
    let expected = [
        (
            "__name__=t_bucket exported_le=mine le=+Inf",
            vec![7.0, 8.0],
            0,
        ),
        (
            "__name__=t_bucket exported_le=mine le=0.25",
            vec![1.0, 2.0],
            0,
        ),
        ("__name__=t_bucket exported_le=mine le=2", vec![3.0, 4.0], 2),
        ("__name__=t_count exported_le=mine", vec![7.0, 8.0], 0),
        ("__name__=t_sum exported_le=mine", vec![3.5, 4.5], 0),
    ];
    let expected = expected.map(|(labels, values, count)| (labels.to_owned(), values, count));
    assert_eq!(series, expected);
    let bucket = found.timeseries.iter().find(|s| !s.exemplars.is_empty());
    let exemplar = &bucket.expect("a bucket").exemplars[0];
    assert_eq!((exemplar.value, exemplar.timestamp), (0.3, 1_000));
    assert!(shown(&exemplar.labels).starts_with("span_id=b2b2"));
}

fn exponential(out: &mut Vec<u8>, flags: u64) {
    write::nested(out, 1, |out| {
        write::fixed64(out, 3, 4_000_000_000);
        write::fixed64(out, 4, 9);
        write::fixed64(out, 5, 2.5_f64.to_bits());
        write::varint(out, 6, 3);
        write::fixed64(out, 7, 2);
        write::nested(out, 8, |out| {
            write::varint(out, 1, 2);
            write::bytes(out, 2, &[3, 0, 4]);
        });
        write::varint(out, 10, flags);
        write::fixed64(out, 14, 0.5_f64.to_bits());
    });
}

#[test]
fn an_exponential_histogram_is_one_native_histogram() {
    let histogram = |flags| {
        let request = request(&[], |out| {
            metric(out, ["t", "", ""], 10, |out| {
                exponential(out, flags);
                cumulative(out);
            });
        });
        let found = written(&taken(&request, &Settings::default()));
        assert_eq!(found.timeseries.len(), 1);
        assert_eq!(found.timeseries[0].samples, []);
        found.timeseries[0].histograms[0].clone()
    };
    let expected = Histogram {
        count: Some(9),
        sum: 2.5,
        schema: -2,
        zero_threshold: 0.5,
        zero_count: Some(2),
        positive_spans: vec![Span {
            offset: 2,
            length: 3,
        }],
        positive_deltas: vec![3, -3, 4],
        timestamp: 4_000,
        ..Histogram::default()
    };
    assert_eq!(histogram(0), expected);
    let stale = histogram(1);
    assert_eq!((stale.count, stale.sum.to_bits()), (Some(STALE), STALE));
}
