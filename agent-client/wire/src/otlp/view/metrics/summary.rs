//! Summaries.

use super::super::{Attributes, messages};
use super::NO_RECORDED_VALUE;
use crate::protobuf::{Fields, Value};

/// `opentelemetry.proto.metrics.v1.Summary`.
#[derive(Clone, Copy, Debug)]
pub struct Summary<'a>(pub &'a [u8]);

impl<'a> Summary<'a> {
    /// The points.
    pub fn points(self) -> impl Iterator<Item = SummaryPoint<'a>> {
        messages(self.0, 1).map(SummaryPoint::new)
    }
}

/// `opentelemetry.proto.metrics.v1.SummaryDataPoint`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SummaryPoint<'a> {
    /// The whole message.
    pub bytes: &'a [u8],
    /// Since when count and sum add up, in nanoseconds since the Unix epoch.
    pub start_unix_nano: u64,
    /// When it was so, in nanoseconds since the Unix epoch.
    pub time_unix_nano: u64,
    /// How many values there were.
    pub count: u64,
    /// What they add up to.
    pub sum: f64,
    /// See [`NO_RECORDED_VALUE`].
    pub flags: u32,
}

impl<'a> SummaryPoint<'a> {
    /// Reads the scalar fields of `message`.
    #[must_use]
    pub fn new(message: &'a [u8]) -> Self {
        let mut point = Self {
            bytes: message,
            ..Self::default()
        };
        for field in Fields::new(message).map_while(Result::ok) {
            match (field.number, field.value) {
                (2, Value::Fixed64(time)) => point.start_unix_nano = time,
                (3, Value::Fixed64(time)) => point.time_unix_nano = time,
                (4, Value::Fixed64(count)) => point.count = count,
                (5, Value::Fixed64(bits)) => point.sum = f64::from_bits(bits),
                (8, Value::Varint(flags)) => point.flags = flags as u32,
                _ => {}
            }
        }
        point
    }

    /// Whether the point says that there is no value.
    #[must_use]
    pub fn has_no_value(&self) -> bool {
        self.flags & NO_RECORDED_VALUE != 0
    }

    /// The quantiles.
    pub fn quantiles(&self) -> impl Iterator<Item = Quantile> + use<'a> {
        messages(self.bytes, 6).map(Quantile::new)
    }

    /// The attributes.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.bytes, 7)
    }
}

/// `SummaryDataPoint.ValueAtQuantile`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Quantile {
    /// From 0, the smallest value, to 1, the largest.
    pub quantile: f64,
    /// The value below which that part of all values lies.
    pub value: f64,
}

impl Quantile {
    fn new(message: &[u8]) -> Self {
        let mut quantile = Self::default();
        for field in Fields::new(message).map_while(Result::ok) {
            match (field.number, field.value) {
                (1, Value::Fixed64(bits)) => quantile.quantile = f64::from_bits(bits),
                (2, Value::Fixed64(bits)) => quantile.value = f64::from_bits(bits),
                _ => {}
            }
        }
        quantile
    }
}
