//! Histograms with bounds of their own, and exemplars.

use campanile_wire::opencensus::metrics::v1::distribution_value::Exemplar as OpenCensusExemplar;
use opentelemetry_proto::tonic::metrics::v1::exemplar::Value as ExemplarValue;
use opentelemetry_proto::tonic::metrics::v1::{
    DataPointFlags, Exemplar, Histogram, HistogramDataPoint,
};
use prost_types::Timestamp;

use super::*;

fn histogram(point: HistogramDataPoint) -> Data {
    Data::Histogram(Histogram {
        data_points: vec![point],
        aggregation_temporality: 2,
    })
}

fn point() -> HistogramDataPoint {
    HistogramDataPoint {
        attributes: vec![attribute("a", text("1"))],
        start_time_unix_nano: 1,
        time_unix_nano: 2,
        count: 6,
        sum: Some(4.5),
        bucket_counts: vec![1, 2, 3],
        explicit_bounds: vec![0.0, 10.0],
        ..HistogramDataPoint::default()
    }
}

/// The exemplar of each bucket between 0 and 10.
fn exemplars(exemplars: Vec<Exemplar>) -> Vec<Option<OpenCensusExemplar>> {
    let distribution = distribution(histogram(HistogramDataPoint {
        exemplars,
        ..point()
    }));
    let buckets = distribution.buckets.into_iter();
    buckets.map(|bucket| bucket.exemplar).collect()
}

fn exemplar(value: f64, time_unix_nano: u64) -> Exemplar {
    Exemplar {
        value: Some(ExemplarValue::AsDouble(value)),
        time_unix_nano,
        ..Exemplar::default()
    }
}

#[test]
fn a_histogram_keeps_its_bounds_and_its_counts() {
    let distribution = distribution(histogram(point()));
    assert_eq!((distribution.count, distribution.sum), (6, 4.5));
    assert_eq!(distribution.sum_of_squared_deviation, 0.0);
    assert_eq!(bounds(&distribution), Some([0.0, 10.0].as_slice()));
    assert_eq!(counts(&distribution), [1, 2, 3]);
}

#[test]
fn a_histogram_has_labels_and_times() {
    let metric = translated(histogram(point()));
    let series = &metric.timeseries[0];
    let time = |nanos| Some(Timestamp { seconds: 0, nanos });
    assert_eq!(series.start_timestamp, time(1));
    assert_eq!(series.points[0].timestamp, time(2));
    assert_eq!(series.label_values[0].value, "1");
}

#[test]
fn buckets_that_do_not_fit_their_bounds_are_left_out() {
    let cases = [
        (vec![], vec![]),
        (vec![], vec![1.0]),
        (vec![1, 2], vec![]),
        (vec![1, 2], vec![1.0, 2.0]),
    ];
    for (bucket_counts, explicit_bounds) in cases {
        let distribution = distribution(histogram(HistogramDataPoint {
            bucket_counts,
            explicit_bounds,
            exemplars: vec![exemplar(1.0, 1)],
            ..point()
        }));
        assert_eq!(bounds(&distribution), None);
        assert_eq!(counts(&distribution), [0i64; 0]);
        assert_eq!((distribution.count, distribution.sum), (6, 4.5));
    }
}

#[test]
fn a_single_bucket_needs_no_bound() {
    let distribution = distribution(histogram(HistogramDataPoint {
        bucket_counts: vec![6],
        explicit_bounds: vec![],
        ..point()
    }));
    assert_eq!(bounds(&distribution), Some([].as_slice()));
    assert_eq!(counts(&distribution), [6]);
}

#[test]
fn an_absent_sum_is_0_and_counts_stay_within_their_field() {
    let distribution = distribution(histogram(HistogramDataPoint {
        count: u64::MAX,
        sum: None,
        bucket_counts: vec![0, u64::MAX, 0],
        ..point()
    }));
    assert_eq!((distribution.count, distribution.sum), (i64::MAX, 0.0));
    assert_eq!(counts(&distribution), [0, i64::MAX, 0]);
}

#[test]
fn a_histogram_without_a_recorded_value_is_left_out() {
    let unrecorded = histogram(HistogramDataPoint {
        flags: DataPointFlags::NoRecordedValueMask as u32,
        ..point()
    });
    assert_eq!(metrics(request(vec![unrecorded])), []);
}

#[test]
fn an_exemplar_goes_to_the_bucket_of_its_value() {
    let cases = [
        (f64::NEG_INFINITY, 0),
        (-1.0, 0),
        (0.0, 0),
        (0.1, 1),
        (10.0, 1),
        (10.1, 2),
        (f64::INFINITY, 2),
    ];
    for (value, place) in cases {
        let exemplars = exemplars(vec![exemplar(value, 1)]);
        let found: Vec<_> = exemplars.iter().map(Option::is_some).collect();
        assert_eq!(found, [0, 1, 2].map(|bucket| bucket == place), "{value}");
        assert_eq!(exemplars[place].as_ref().unwrap().value, value);
    }
}

#[test]
fn of_the_exemplars_in_a_bucket_the_newest_stays() {
    let given = vec![exemplar(1.0, 5), exemplar(2.0, 7), exemplar(3.0, 6)];
    let exemplars = exemplars(given);
    assert_eq!(exemplars[1].as_ref().unwrap().value, 2.0);
}

#[test]
fn an_exemplar_keeps_its_time_its_attributes_and_its_ids() {
    let full = Exemplar {
        filtered_attributes: vec![attribute("user", AnyValueValue::IntValue(7))],
        time_unix_nano: 3_000_000_004,
        trace_id: 1u128.to_be_bytes().to_vec(),
        span_id: 2u64.to_be_bytes().to_vec(),
        value: Some(ExemplarValue::AsInt(5)),
    };
    let attachments = [
        ("span_id", "0000000000000002"),
        ("trace_id", "00000000000000000000000000000001"),
        ("user", "7"),
    ];
    let expected = OpenCensusExemplar {
        value: 5.0,
        timestamp: Some(Timestamp {
            seconds: 3,
            nanos: 4,
        }),
        attachments: attachments
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
    };
    assert_eq!(exemplars(vec![full]), [None, Some(expected), None]);
}

#[test]
fn ids_that_are_none_and_exemplars_without_a_value_are_left_out() {
    let ids = [
        (vec![], vec![]),
        (vec![0; 16], vec![0; 8]),
        (vec![1; 15], vec![1; 9]),
    ];
    for (trace_id, span_id) in ids {
        let exemplars = exemplars(vec![
            Exemplar {
                trace_id,
                span_id,
                ..exemplar(1.0, 1)
            },
            Exemplar {
                value: None,
                ..exemplar(1.0, 2)
            },
        ]);
        let exemplar = exemplars[1].as_ref().unwrap();
        assert_eq!(exemplar.attachments, [].into());
        assert_eq!(exemplar.value, 1.0);
    }
}
