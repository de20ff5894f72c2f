//! Whatever comes.

use opentelemetry_proto::tonic::metrics::v1::exemplar::Value as ExemplarValue;
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as OtlpValue;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram,
    HistogramDataPoint, NumberDataPoint, Sum, Summary, SummaryDataPoint,
};
use proptest::collection::vec;
use proptest::num::f64::ANY;
use proptest::prelude::*;

use super::*;

/// Without the flag that nothing was recorded.
const FLAGS: u32 = !1;

fn attributes() -> impl Strategy<Value = Vec<KeyValue>> {
    let value = prop_oneof![
        ".*".prop_map(AnyValueValue::StringValue),
        ANY.prop_map(AnyValueValue::DoubleValue),
        vec(any::<u8>(), 0..4).prop_map(AnyValueValue::BytesValue),
    ];
    let pair = ("[a-d]?", value).prop_map(|(key, value)| attribute(&key, value));
    vec(pair, 0..4)
}

fn exemplars() -> impl Strategy<Value = Vec<Exemplar>> {
    let ids = (vec(any::<u8>(), 0..20), vec(any::<u8>(), 0..20));
    let exemplar = (attributes(), any::<u64>(), ids, ANY);
    let exemplar =
        exemplar.prop_map(
            |(filtered_attributes, time, (trace, span), value)| Exemplar {
                filtered_attributes,
                time_unix_nano: time,
                span_id: span,
                trace_id: trace,
                value: Some(ExemplarValue::AsDouble(value)),
            },
        );
    vec(exemplar, 0..4)
}

prop_compose! {
    fn number()(
        attributes in attributes(),
        times in any::<[u64; 2]>(),
        exemplars in exemplars(),
        flags in any::<u32>(),
        value in prop_oneof![
            ANY.prop_map(OtlpValue::AsDouble),
            any::<i64>().prop_map(OtlpValue::AsInt),
        ],
    ) -> NumberDataPoint {
        NumberDataPoint {
            attributes,
            start_time_unix_nano: times[0],
            time_unix_nano: times[1],
            exemplars,
            flags: flags & FLAGS,
            value: Some(value),
        }
    }
}

prop_compose! {
    fn explicit()(
        attributes in attributes(),
        times in any::<[u64; 2]>(),
        count in any::<u64>(),
        sum in proptest::option::of(ANY),
        bucket_counts in vec(any::<u64>(), 0..5),
        explicit_bounds in vec(ANY, 0..5),
        exemplars in exemplars(),
        flags in any::<u32>(),
    ) -> HistogramDataPoint {
        HistogramDataPoint {
            attributes,
            start_time_unix_nano: times[0],
            time_unix_nano: times[1],
            count,
            sum,
            bucket_counts,
            explicit_bounds,
            exemplars,
            flags: flags & FLAGS,
            min: None,
            max: None,
        }
    }
}

fn side() -> impl Strategy<Value = Option<Buckets>> {
    let offset = prop_oneof![any::<i32>(), -2000..2000];
    let side = (offset, vec(any::<u64>(), 0..400));
    proptest::option::of(side.prop_map(|(offset, bucket_counts)| Buckets {
        offset,
        bucket_counts,
    }))
}

prop_compose! {
    fn exponential()(
        attributes in attributes(),
        times in any::<[u64; 2]>(),
        scale in prop_oneof![any::<i32>(), -12..22],
        counts in any::<[u64; 2]>(),
        zero_threshold in ANY,
        negative in side(),
        positive in side(),
        exemplars in exemplars(),
        flags in any::<u32>(),
    ) -> ExponentialHistogramDataPoint {
        ExponentialHistogramDataPoint {
            attributes,
            start_time_unix_nano: times[0],
            time_unix_nano: times[1],
            count: counts[0],
            sum: None,
            scale,
            zero_count: counts[1],
            positive,
            negative,
            flags: flags & FLAGS,
            exemplars,
            min: None,
            max: None,
            zero_threshold,
        }
    }
}

prop_compose! {
    fn summary()(
        attributes in attributes(),
        times in any::<[u64; 2]>(),
        count in any::<u64>(),
        sum in ANY,
        quantiles in vec([ANY, ANY], 0..4),
        flags in any::<u32>(),
    ) -> SummaryDataPoint {
        SummaryDataPoint {
            attributes,
            start_time_unix_nano: times[0],
            time_unix_nano: times[1],
            count,
            sum,
            quantile_values: quantiles
                .into_iter()
                .map(|[quantile, value]| ValueAtQuantile { quantile, value })
                .collect(),
            flags: flags & FLAGS,
        }
    }
}

/// A metric and the number of its points.
fn data() -> impl Strategy<Value = (usize, Data)> {
    prop_oneof![
        vec(number(), 0..4)
            .prop_map(|data_points| (data_points.len(), Data::Gauge(Gauge { data_points }))),
        (vec(number(), 0..4), any::<i32>(), any::<bool>()).prop_map(
            |(data_points, aggregation_temporality, is_monotonic)| {
                let points = data_points.len();
                (
                    points,
                    Data::Sum(Sum {
                        data_points,
                        aggregation_temporality,
                        is_monotonic,
                    }),
                )
            }
        ),
        (vec(explicit(), 0..4), any::<i32>()).prop_map(|(data_points, aggregation_temporality)| {
            let points = data_points.len();
            (
                points,
                Data::Histogram(Histogram {
                    data_points,
                    aggregation_temporality,
                }),
            )
        }),
        (vec(exponential(), 0..4), any::<i32>()).prop_map(
            |(data_points, aggregation_temporality)| {
                let points = data_points.len();
                let histogram = ExponentialHistogram {
                    data_points,
                    aggregation_temporality,
                };
                (points, Data::ExponentialHistogram(histogram))
            }
        ),
        vec(summary(), 0..4)
            .prop_map(|data_points| (data_points.len(), Data::Summary(Summary { data_points }))),
    ]
}

/// One point, a value for every label, and buckets as the protocol wants them.
fn check(metric: &Metric, series: &TimeSeries, computed: bool) {
    let keys = &metric.metric_descriptor.as_ref().unwrap().label_keys;
    assert_eq!(series.label_values.len(), keys.len());
    assert_eq!(series.points.len(), 1);
    let Some(Value::DistributionValue(distribution)) = &series.points[0].value else {
        return;
    };
    let Some(bounds) = bounds(distribution) else {
        assert!(!computed && distribution.buckets.is_empty());
        return;
    };
    assert_eq!(distribution.buckets.len(), bounds.len() + 1);
    if computed {
        assert!(bounds.len() <= 2 * (super::super::exponential::MAX_BUCKETS + 1));
        assert!(bounds.iter().all(|bound| bound.is_finite()));
        assert!(bounds.is_sorted_by(|a, b| a < b));
    }
}

proptest! {
    #[test]
    fn whatever_comes_nothing_panics_and_no_point_is_lost(data in vec(data(), 0..4)) {
        let data: Vec<_> = data.into_iter().filter(|(points, _)| *points > 0).collect();
        let translated = metrics(request(data.iter().map(|(_, data)| data.clone()).collect()));
        prop_assert_eq!(translated.len(), data.len());
        for (metric, (points, data)) in translated.iter().zip(&data) {
            prop_assert_eq!(metric.timeseries.len(), *points);
            let computed = matches!(data, Data::ExponentialHistogram(_));
            metric.timeseries.iter().for_each(|series| check(metric, series, computed));
        }
    }
}
