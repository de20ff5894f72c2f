//! Sums and gauges.

use campanile_wire::opencensus::metrics::v1::metric_descriptor::Type;
use campanile_wire::opencensus::metrics::v1::point::Value;
use opentelemetry_proto::tonic::metrics::v1::NumberDataPoint;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as OtlpValue;

use super::labels::labels;
use super::point::{Point, is_recorded};

pub(super) fn cumulative(points: Vec<NumberDataPoint>) -> (Type, Vec<Point>) {
    numbers(points, Type::CumulativeInt64, Type::CumulativeDouble)
}

pub(super) fn gauge(points: Vec<NumberDataPoint>) -> (Type, Vec<Point>) {
    numbers(points, Type::GaugeInt64, Type::GaugeDouble)
}

/// A descriptor has one type: a single double among integers makes all of them doubles.
fn numbers(points: Vec<NumberDataPoint>, int: Type, double: Type) -> (Type, Vec<Point>) {
    let mut points: Vec<Point> = points.into_iter().filter_map(point).collect();
    let is_int = |point: &Point| matches!(point.value, Value::Int64Value(_));
    if points.iter().all(is_int) {
        return (int, points);
    }
    for point in &mut points {
        if let Value::Int64Value(value) = point.value {
            point.value = Value::DoubleValue(value as f64);
        }
    }
    (double, points)
}

fn point(point: NumberDataPoint) -> Option<Point> {
    let value = point.value.filter(|_| is_recorded(point.flags))?;
    Some(Point {
        labels: labels(point.attributes),
        start_unix_nanos: point.start_time_unix_nano,
        unix_nanos: point.time_unix_nano,
        value: match value {
            OtlpValue::AsDouble(value) => Value::DoubleValue(value),
            OtlpValue::AsInt(value) => Value::Int64Value(value),
        },
    })
}
