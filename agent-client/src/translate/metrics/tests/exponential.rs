//! Histograms whose bounds are powers of a base.

use opentelemetry_proto::tonic::metrics::v1::exemplar::Value as ExemplarValue;
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::{
    DataPointFlags, Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint,
};
use prost_types::Timestamp;

use super::super::exponential::MAX_BUCKETS;
use super::*;

fn histogram(point: ExponentialHistogramDataPoint) -> Data {
    Data::ExponentialHistogram(ExponentialHistogram {
        data_points: vec![point],
        aggregation_temporality: 2,
    })
}

fn side(offset: i32, bucket_counts: &[u64]) -> Option<Buckets> {
    Some(Buckets {
        offset,
        bucket_counts: bucket_counts.to_vec(),
    })
}

/// Bounds and counts of a point.
fn buckets(point: ExponentialHistogramDataPoint) -> (Vec<f64>, Vec<i64>) {
    let distribution = distribution(histogram(point));
    let bounds = bounds(&distribution).unwrap().to_vec();
    (bounds, counts(&distribution))
}

fn of(
    scale: i32,
    negative: Option<Buckets>,
    zero_count: u64,
    positive: Option<Buckets>,
) -> ExponentialHistogramDataPoint {
    ExponentialHistogramDataPoint {
        scale,
        zero_count,
        positive,
        negative,
        ..ExponentialHistogramDataPoint::default()
    }
}

#[test]
fn bounds_are_powers_of_the_base() {
    let cases = [
        (0, 1, vec![2.0, 4.0, 8.0]),
        (0, -2, vec![0.25, 0.5, 1.0]),
        (-1, 0, vec![1.0, 4.0, 16.0]),
        (1, 2, vec![2.0, 8f64.sqrt(), 4.0]),
    ];
    for (scale, offset, expected) in cases {
        let (bounds, counts) = buckets(of(scale, None, 5, side(offset, &[6, 7])));
        assert_eq!(bounds.len(), expected.len());
        for (bound, expected) in bounds.iter().zip(expected) {
            assert!((bound / expected - 1.0).abs() < 1e-15, "{bound} {expected}");
        }
        assert_eq!(counts, [5, 6, 7, 0]);
    }
}

#[test]
fn negative_buckets_are_mirrored_and_zero_lies_between() {
    let point = of(0, side(1, &[1, 2]), 3, side(4, &[4, 5]));
    let expected = (
        vec![-8.0, -4.0, -2.0, 16.0, 32.0, 64.0],
        vec![0, 2, 1, 3, 4, 5, 0],
    );
    assert_eq!(buckets(point), expected);
}

#[test]
fn without_positive_buckets_zero_ends_at_its_threshold() {
    let threshold = |zero_threshold, negative| {
        buckets(ExponentialHistogramDataPoint {
            zero_threshold,
            ..of(0, negative, 3, side(9, &[]))
        })
    };
    assert_eq!(threshold(0.0, None), (vec![0.0], vec![3, 0]));
    assert_eq!(threshold(0.5, None), (vec![0.5], vec![3, 0]));
    let expected = (vec![-2.0, -1.0, 0.0], vec![0, 1, 3, 0]);
    assert_eq!(threshold(0.0, side(0, &[1])), expected);
    assert_eq!(threshold(f64::NAN, None), (vec![], vec![3]));
}

#[test]
fn too_many_buckets_become_coarser_until_they_fit() {
    let ones = vec![1; MAX_BUCKETS + 1];
    // From index -1, which is odd: the pairs are (-2, -1), (0, 1) and so on.
    let (bounds, counts) = buckets(of(4, side(-1, &ones), 0, side(-1, &ones)));
    let buckets = MAX_BUCKETS / 2 + 1;
    assert_eq!(bounds.len(), 2 * (buckets + 1));
    assert_eq!(counts.len(), 2 * buckets + 3);
    let positive = &counts[buckets + 2..];
    assert_eq!(positive[..3], [1, 2, 2]);
    assert_eq!(positive[buckets - 1..], [2, 0]);
    let base = 0.125f64.exp2();
    let positive = &bounds[buckets + 1..];
    for (bound, power) in positive.iter().zip(-1..) {
        assert!((bound / base.powi(power) - 1.0).abs() < 1e-12);
    }
}

#[test]
fn as_many_buckets_as_fit_stay_as_they_are() {
    let ones = vec![1; MAX_BUCKETS];
    let (bounds, _) = buckets(of(0, None, 0, side(0, &ones)));
    assert_eq!(bounds.len(), MAX_BUCKETS + 1);
}

#[test]
fn bounds_that_a_double_cannot_hold_are_left_out_and_no_count_is() {
    let top = 2f64.powi(1023);
    let cases = [
        // Beyond the largest double.
        (
            of(0, side(1023, &[1]), 2, side(1023, &[3])),
            vec![-top, top],
            vec![1, 2, 3],
        ),
        (of(-11, None, 2, side(0, &[3, 4])), vec![1.0], vec![2, 7]),
        (
            of(i32::MIN, None, 2, side(-1, &[3, 4])),
            vec![0.0, 1.0],
            vec![2, 3, 4],
        ),
        // Nearer to each other than doubles are.
        (
            of(i32::MAX, None, 2, side(5, &[3, 4])),
            vec![1.0],
            vec![2, 7],
        ),
        (
            of(100, side(0, &[1, 1]), 2, side(0, &[3])),
            vec![-1.0, 1.0],
            vec![0, 4, 3],
        ),
        (of(0, None, 2, side(i32::MAX, &[3, 4])), vec![], vec![9]),
        (
            of(0, None, 2, side(i32::MIN, &[3, 4])),
            vec![0.0],
            vec![2, 7],
        ),
    ];
    for (point, bounds, counts) in cases {
        assert_eq!(buckets(point), (bounds, counts));
    }
}

#[test]
fn counts_that_come_together_stay_within_their_field() {
    let most = vec![u64::MAX; MAX_BUCKETS + 1];
    // Two become one, although there is no lower scale.
    let (_, counts) = buckets(of(i32::MIN, None, u64::MAX, side(i32::MAX, &most)));
    assert_eq!(counts, [i64::MAX]);
}

#[test]
fn an_exponential_histogram_keeps_the_rest_of_its_point() {
    let point = ExponentialHistogramDataPoint {
        attributes: vec![attribute("a", text("1"))],
        start_time_unix_nano: 1,
        time_unix_nano: 2,
        count: 3,
        sum: Some(4.5),
        exemplars: vec![Exemplar {
            value: Some(ExemplarValue::AsDouble(1.5)),
            ..Exemplar::default()
        }],
        ..of(0, None, 0, side(0, &[3]))
    };
    let metric = translated(histogram(point.clone()));
    let series = &metric.timeseries[0];
    let time = |nanos| Some(Timestamp { seconds: 0, nanos });
    assert_eq!(series.start_timestamp, time(1));
    assert_eq!(series.points[0].timestamp, time(2));
    assert_eq!(series.label_values[0].value, "1");
    let distribution = distribution(histogram(point));
    assert_eq!((distribution.count, distribution.sum), (3, 4.5));
    let exemplar = distribution.buckets[1].exemplar.as_ref().unwrap();
    assert_eq!(exemplar.value, 1.5);
}

#[test]
fn an_exponential_histogram_without_a_recorded_value_is_left_out() {
    let unrecorded = histogram(ExponentialHistogramDataPoint {
        flags: DataPointFlags::NoRecordedValueMask as u32,
        ..of(0, None, 0, None)
    });
    assert_eq!(metrics(request(vec![unrecorded])), []);
}
