//! Sums, gauges, and what all points have.

use campanile_wire::opencensus::metrics::v1::MetricDescriptor;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as OtlpValue;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, DataPointFlags, Gauge, NumberDataPoint, Sum,
};
use prost_types::Timestamp;

use super::*;

const INT: OtlpValue = OtlpValue::AsInt(-5);
const DOUBLE: OtlpValue = OtlpValue::AsDouble(1.5);

fn point(value: OtlpValue) -> NumberDataPoint {
    NumberDataPoint {
        value: Some(value),
        ..NumberDataPoint::default()
    }
}

fn gauge(points: Vec<NumberDataPoint>) -> Data {
    Data::Gauge(Gauge {
        data_points: points,
    })
}

fn sum(points: Vec<NumberDataPoint>, is_monotonic: bool) -> Data {
    Data::Sum(Sum {
        data_points: points,
        aggregation_temporality: AggregationTemporality::Cumulative.into(),
        is_monotonic,
    })
}

#[test]
fn the_kind_says_whether_a_number_only_rises_and_whether_it_is_whole() {
    let cases = [
        (sum(vec![point(INT)], true), Type::CumulativeInt64),
        (sum(vec![point(DOUBLE)], true), Type::CumulativeDouble),
        (sum(vec![point(INT)], false), Type::GaugeInt64),
        (sum(vec![point(DOUBLE)], false), Type::GaugeDouble),
        (gauge(vec![point(INT)]), Type::GaugeInt64),
        (gauge(vec![point(DOUBLE)]), Type::GaugeDouble),
    ];
    for (data, expected) in cases {
        assert_eq!(kind(&translated(data)), expected);
    }
}

#[test]
fn whole_numbers_stay_whole() {
    let metric = translated(gauge(vec![point(INT), point(OtlpValue::AsInt(i64::MAX))]));
    let expected = [Value::Int64Value(-5), Value::Int64Value(i64::MAX)];
    assert_eq!(values(&metric), expected);
}

#[test]
fn one_double_makes_doubles_of_all() {
    let metric = translated(gauge(vec![point(INT), point(DOUBLE)]));
    assert_eq!(kind(&metric), Type::GaugeDouble);
    let expected = [Value::DoubleValue(-5.0), Value::DoubleValue(1.5)];
    assert_eq!(values(&metric), expected);
}

#[test]
fn what_is_no_finite_number_passes_through() {
    let numbers = [f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    let points = numbers.map(|number| point(OtlpValue::AsDouble(number)));
    let metric = translated(gauge(points.to_vec()));
    let values = values(&metric);
    assert_eq!(
        values[..2],
        numbers[..2]
            .iter()
            .copied()
            .map(Value::DoubleValue)
            .collect::<Vec<_>>()
    );
    assert!(matches!(values[2], Value::DoubleValue(value) if value.is_nan()));
}

#[test]
fn a_metric_keeps_its_name_its_description_and_its_unit() {
    let metric = translated(gauge(vec![point(INT)]));
    let expected = MetricDescriptor {
        name: "name".to_owned(),
        description: "what it is".to_owned(),
        unit: "ms".to_owned(),
        r#type: Type::GaugeInt64.into(),
        label_keys: Vec::new(),
    };
    assert_eq!(metric.metric_descriptor, Some(expected));
    assert_eq!(metric.resource, None);
}

#[test]
fn times_are_kept_to_the_nanosecond_and_an_unknown_one_is_none() {
    let time = |seconds, nanos| Some(Timestamp { seconds, nanos });
    let cases = [
        (0, None),
        (1, time(0, 1)),
        (5_000_000_006, time(5, 6)),
        (u64::MAX, time(18_446_744_073, 709_551_615)),
    ];
    for (nanos, expected) in cases {
        let at = |start_time_unix_nano, time_unix_nano| NumberDataPoint {
            start_time_unix_nano,
            time_unix_nano,
            ..point(INT)
        };
        let metric = translated(gauge(vec![at(nanos, 7), at(7, nanos)]));
        let [starts, ends] = metric.timeseries.as_slice() else {
            panic!("two series")
        };
        assert_eq!(starts.start_timestamp, expected);
        assert_eq!(starts.points[0].timestamp, time(0, 7));
        assert_eq!(ends.start_timestamp, time(0, 7));
        assert_eq!(ends.points[0].timestamp, expected);
    }
}

#[test]
fn a_delta_keeps_its_own_start() {
    let data = Data::Sum(Sum {
        data_points: vec![NumberDataPoint {
            start_time_unix_nano: 3_000_000_000,
            ..point(INT)
        }],
        aggregation_temporality: AggregationTemporality::Delta.into(),
        is_monotonic: true,
    });
    let metric = translated(data);
    assert_eq!(kind(&metric), Type::CumulativeInt64);
    let start = metric.timeseries[0].start_timestamp.unwrap();
    assert_eq!((start.seconds, start.nanos), (3, 0));
}

#[test]
fn points_without_a_value_are_left_out_and_do_not_decide_on_the_kind() {
    let unrecorded = NumberDataPoint {
        flags: DataPointFlags::NoRecordedValueMask as u32 | 0b100,
        ..point(DOUBLE)
    };
    let other_flag = NumberDataPoint {
        flags: 0b100,
        ..point(INT)
    };
    let metric = translated(gauge(vec![
        unrecorded,
        NumberDataPoint::default(),
        other_flag,
    ]));
    assert_eq!(kind(&metric), Type::GaugeInt64);
    assert_eq!(values(&metric), [Value::Int64Value(-5)]);
}

#[test]
fn metrics_without_points_are_left_out_and_the_others_keep_their_order() {
    let mut request = request(vec![
        gauge(Vec::new()),
        gauge(vec![NumberDataPoint::default()]),
        gauge(vec![point(INT)]),
        gauge(vec![point(DOUBLE)]),
    ]);
    let metrics_of_scope = &mut request.resource_metrics[0].scope_metrics[0].metrics;
    metrics_of_scope.insert(0, otlp::Metric::default());
    request.resource_metrics.push(
        super::request(vec![sum(vec![point(INT)], true)])
            .resource_metrics
            .remove(0),
    );
    let kinds: Vec<_> = metrics(request).iter().map(kind).collect();
    assert_eq!(
        kinds,
        [Type::GaugeInt64, Type::GaugeDouble, Type::CumulativeInt64]
    );
}
