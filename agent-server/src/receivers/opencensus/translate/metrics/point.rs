//! Points, and the numbers among them.

use campanile_wire::opencensus::metrics::v1::point::Value;
use campanile_wire::opencensus::metrics::v1::{Point, TimeSeries};
use campanile_wire::otlp::write::{fixed64, varint};
use campanile_wire::protobuf::put_varint;

use crate::receivers::opencensus::translate::time::nanos;

/// `DataPointFlags.NO_RECORDED_VALUE`.
const NO_VALUE: u64 = 1;

/// What the values of points are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Counts and bounds.
    Distribution,
    /// Integers and doubles.
    Number,
    /// Percentiles.
    Summary,
}

impl Class {
    pub(super) const ALL: [Self; 3] = [Self::Number, Self::Distribution, Self::Summary];

    /// The class of a value; `None` for a point without one.
    pub(super) fn of(value: Option<&Value>) -> Option<Self> {
        Some(match value? {
            Value::Int64Value(_) | Value::DoubleValue(_) => Self::Number,
            Value::DistributionValue(_) => Self::Distribution,
            Value::SummaryValue(_) => Self::Summary,
        })
    }

    /// The field in which a data point has its attributes.
    pub(super) fn attributes(self) -> u32 {
        match self {
            Self::Number | Self::Summary => 7,
            Self::Distribution => 9,
        }
    }

    /// The field in which a data point has its flags.
    fn flags(self) -> u32 {
        match self {
            Self::Number | Self::Summary => 8,
            Self::Distribution => 10,
        }
    }
}

/// Appends the times of a data point: they have the same fields in every class.
pub(super) fn put_times(out: &mut Vec<u8>, series: &TimeSeries, point: &Point) {
    let start = nanos(series.start_timestamp.as_ref());
    fixed64(out, 2, start.unwrap_or(0));
    fixed64(out, 3, nanos(point.timestamp.as_ref()).unwrap_or(0));
}

/// Appends that a point of this class has no value.
pub(super) fn put_no_value(out: &mut Vec<u8>, class: Class) {
    varint(out, class.flags(), NO_VALUE);
}

/// Appends a number, zero or not: in a oneof presence is the value.
pub(super) fn put_int(out: &mut Vec<u8>, value: i64) {
    put_fixed64(out, 6, value.cast_unsigned());
}

/// Appends a number, zero or not.
pub(super) fn put_double(out: &mut Vec<u8>, number: u32, value: f64) {
    put_fixed64(out, number, value.to_bits());
}

fn put_fixed64(out: &mut Vec<u8>, number: u32, bits: u64) {
    put_varint(out, u64::from(number) << 3 | 1);
    out.extend_from_slice(&bits.to_le_bytes());
}
