//! Summaries.

use campanile_wire::opencensus::metrics::v1::SummaryValue;
use campanile_wire::opencensus::metrics::v1::summary_value::Snapshot;
use campanile_wire::opencensus::metrics::v1::summary_value::snapshot::ValueAtPercentile;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{DataPointFlags, Summary, SummaryDataPoint};
use prost_types::Timestamp;

use super::*;

fn summary(points: Vec<SummaryDataPoint>) -> Data {
    Data::Summary(Summary {
        data_points: points,
    })
}

fn point() -> SummaryDataPoint {
    SummaryDataPoint {
        attributes: vec![attribute("a", text("1"))],
        start_time_unix_nano: 1,
        time_unix_nano: 2,
        count: 3,
        sum: 4.5,
        quantile_values: vec![
            ValueAtQuantile {
                quantile: 0.5,
                value: 1.0,
            },
            ValueAtQuantile {
                quantile: 1.0,
                value: 2.0,
            },
        ],
        flags: 0,
    }
}

#[test]
fn quantiles_become_percentiles() {
    let metric = translated(summary(vec![point()]));
    assert_eq!(kind(&metric), Type::Summary);
    let expected = SummaryValue {
        count: Some(3),
        sum: Some(4.5),
        snapshot: Some(Snapshot {
            count: None,
            sum: None,
            percentile_values: vec![
                ValueAtPercentile {
                    percentile: 50.0,
                    value: 1.0,
                },
                ValueAtPercentile {
                    percentile: 100.0,
                    value: 2.0,
                },
            ],
        }),
    };
    assert_eq!(values(&metric), [Value::SummaryValue(expected)]);
}

#[test]
fn a_summary_has_labels_and_times() {
    let metric = translated(summary(vec![point()]));
    let series = &metric.timeseries[0];
    let time = |nanos| Some(Timestamp { seconds: 0, nanos });
    assert_eq!(series.start_timestamp, time(1));
    assert_eq!(series.points[0].timestamp, time(2));
    assert_eq!(series.label_values[0].value, "1");
}

#[test]
fn without_quantiles_there_is_no_snapshot() {
    let metric = translated(summary(vec![SummaryDataPoint {
        count: u64::MAX,
        quantile_values: Vec::new(),
        ..point()
    }]));
    let expected = SummaryValue {
        count: Some(i64::MAX),
        sum: Some(4.5),
        snapshot: None,
    };
    assert_eq!(values(&metric), [Value::SummaryValue(expected)]);
}

#[test]
fn a_summary_without_a_recorded_value_is_left_out() {
    let unrecorded = SummaryDataPoint {
        flags: DataPointFlags::NoRecordedValueMask as u32,
        ..point()
    };
    assert_eq!(metrics(request(vec![summary(vec![unrecorded])])), []);
}
