//! Histograms of every kind.

use super::support::{NOW, cumulative, histogram, metric, request, taken};
use crate::otlp::write;
use crate::prometheus::{
    Classic, Exponential, ExponentialBuckets, Loss, MAX_BUCKETS, NativeBuckets, PointValue, STALE,
    Settings, native, samples,
};

fn exponential(scale: i32, offset: i32, counts: &[u64]) -> Exponential {
    Exponential {
        scale,
        count: counts.iter().sum(),
        positive: ExponentialBuckets {
            offset,
            counts: counts.to_vec(),
        },
        ..Exponential::default()
    }
}

#[test]
fn native_buckets_are_named_by_their_upper_bound_and_skip_what_is_empty() {
    /// Scale, offset, counts; spans, deltas.
    type Row = (
        i32,
        i32,
        &'static [u64],
        &'static [(i32, u32)],
        &'static [i64],
    );
    let table: [Row; 6] = [
        (0, 0, &[4], &[(1, 1)], &[4]),
        (0, -1, &[1, 2, 3], &[(0, 3)], &[1, 1, 1]),
        (0, 0, &[1, 0, 0, 2], &[(1, 4)], &[1, -1, 0, 2]),
        (0, 0, &[1, 0, 0, 0, 2], &[(1, 1), (3, 1)], &[1, 1]),
        (0, 0, &[0, 0, 0], &[], &[]),
        // Two buckets of scale 9 are one of schema 8.
        (9, -3, &[1, 2, 4, 8], &[(-1, 3)], &[1, 5, 2]),
    ];
    for (scale, offset, counts, spans, deltas) in table {
        let found = native(&exponential(scale, offset, counts)).expect("fine enough");
        let expected = NativeBuckets {
            spans: spans.to_vec(),
            deltas: deltas.to_vec(),
        };
        assert_eq!(found.positive, expected, "{scale} {offset} {counts:?}");
        assert_eq!(found.schema, scale.min(8));
    }
    assert_eq!(native(&exponential(-5, 0, &[1])), None);
}

#[test]
fn exponential_buckets_end_at_powers_of_two_where_bounds_are_wanted() {
    let mut histogram = exponential(1, -2, &[1, 2, 4, 8]);
    histogram.zero_count = 3;
    histogram.negative = ExponentialBuckets {
        offset: 0,
        counts: vec![5, 0, 6],
    };
    histogram.sum = Some(1.5);
    let expected = Classic {
        bounds: vec![-2.0, -1.0, 0.0, 1.0, 2.0],
        counts: vec![6, 5, 3, 3, 12, 0],
        sum: Some(1.5),
        scale: Some(0),
    };
    assert_eq!(histogram.classic(), expected);
    // Coarser ones stay, and what no bound can hold is in the last bucket.
    let coarse = exponential(-10, -1, &[1, 2]).classic();
    assert_eq!((coarse.bounds, coarse.counts), (vec![1.0], vec![1, 2]));
    let extreme = exponential(i32::MIN, i32::MAX, &[1, 2]).classic();
    assert_eq!(extreme.count(), 3);
    let fine = exponential(i32::MAX, i32::MIN, &[1, 2]).classic();
    assert_eq!(fine.count(), 3);
}

#[test]
fn buckets_add_up_and_exemplars_find_theirs() {
    let request = request(&[], |out| {
        metric(out, ["t", "", "s"], 9, |out| {
            histogram(out, 1, &[0.25, 0.5], &[1, 2, 4], 3.5);
            cumulative(out);
        });
    });
    let taken = taken(&request, &Settings::default());
    let point = taken.point("t_seconds");
    assert_eq!(point.labels.get("exported_le"), Some("mine"));
    let found: Vec<_> = samples(point)
        .iter()
        .map(|s| {
            (
                s.suffix,
                s.label.map(|(_, at)| at),
                s.value,
                s.exemplars.len(),
            )
        })
        .collect();
    let expected = [
        ("_bucket", Some(0.25), 1.0, 0),
        ("_bucket", Some(0.5), 3.0, 1),
        ("_bucket", Some(f64::INFINITY), 7.0, 0),
        ("_sum", None, 3.5, 0),
        ("_count", None, 7.0, 0),
    ];
    assert_eq!(found, expected);
    let exemplar = &point.exemplars[0];
    assert_eq!(exemplar.labels.get("trace_id"), Some(&*"a1".repeat(16)));
    assert_eq!(exemplar.labels.get("span_id"), Some(&*"b2".repeat(8)));
    assert_eq!(exemplar.labels.get("user"), Some("ann"));
}

#[test]
fn histograms_that_cannot_be_are_refused() {
    let many = vec![1; MAX_BUCKETS + 1];
    let rising: Vec<f64> = (0..MAX_BUCKETS).map(|n| n as f64).collect();
    let table: [(&[f64], &[u64], Option<Loss>); 7] = [
        (&[], &[], None),
        (&[1.0, 2.0], &[], None),
        (&[1.0, f64::INFINITY], &[1, 2, 3], None),
        (&[1.0], &[1, 2, 3], Some(Loss::Invalid)),
        (&[2.0, 1.0], &[1, 2, 3], Some(Loss::Invalid)),
        (&[f64::NAN], &[1, 2], Some(Loss::Invalid)),
        (&rising, &many, Some(Loss::TooLarge)),
    ];
    for (bounds, counts, loss) in table {
        let request = request(&[], |out| {
            metric(out, ["t", "", ""], 9, |out| {
                histogram(out, 1, bounds, counts, 1.0);
                cumulative(out);
            });
        });
        let found = taken(&request, &Settings::default());
        let expected: Vec<_> = loss.into_iter().map(|loss| (loss, 1)).collect();
        assert_eq!(found.lost, expected, "{bounds:?} {counts:?}");
        assert_eq!(found.points.len(), usize::from(loss.is_none()));
        for (_, point) in found.points {
            let PointValue::Classic(histogram) = point.value else {
                panic!("a histogram");
            };
            assert_eq!(histogram.count(), counts.iter().sum::<u64>());
        }
    }
}

#[test]
fn a_series_that_has_ended_has_stale_samples() {
    let request = request(&[], |out| {
        metric(out, ["t", "", ""], 9, |out| {
            write::nested(out, 1, |out| write::varint(out, 10, 1));
            cumulative(out);
        });
    });
    let taken = taken(&request, &Settings::default());
    let point = taken.point("t");
    assert_eq!(point.time_unix_nano, NOW);
    let samples = samples(point);
    assert_eq!(samples.len(), 2);
    assert!(samples.iter().all(|sample| sample.value.to_bits() == STALE));
}
