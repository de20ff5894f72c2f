//! Histograms with explicit bounds.

use super::super::{Attributes, messages};
use super::{Exemplar, NO_RECORDED_VALUE, Temporality, numbers};
use crate::protobuf::{Fields, Value};

/// `opentelemetry.proto.metrics.v1.Histogram`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Histogram<'a> {
    /// The whole message.
    pub bytes: &'a [u8],
    /// Since when counts add up.
    pub temporality: Temporality,
}

impl<'a> Histogram<'a> {
    pub(super) fn new(message: &'a [u8]) -> Self {
        Self {
            bytes: message,
            temporality: Temporality::of(message),
        }
    }

    /// The points.
    pub fn points(self) -> impl Iterator<Item = HistogramPoint<'a>> {
        messages(self.bytes, 1).map(HistogramPoint::new)
    }
}

/// `opentelemetry.proto.metrics.v1.HistogramDataPoint`.
#[derive(Clone, Copy, Debug, Default)]
pub struct HistogramPoint<'a> {
    /// The whole message.
    pub bytes: &'a [u8],
    /// Since when the counts add up, in nanoseconds since the Unix epoch.
    pub start_unix_nano: u64,
    /// When it was so, in nanoseconds since the Unix epoch.
    pub time_unix_nano: u64,
    /// How many values there were.
    pub count: u64,
    /// What they add up to, if that is known.
    pub sum: Option<f64>,
    /// The smallest, if it is known.
    pub min: Option<f64>,
    /// The largest, if it is known.
    pub max: Option<f64>,
    /// See [`NO_RECORDED_VALUE`].
    pub flags: u32,
}

impl<'a> HistogramPoint<'a> {
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
                (5, Value::Fixed64(bits)) => point.sum = Some(f64::from_bits(bits)),
                (10, Value::Varint(flags)) => point.flags = flags as u32,
                (11, Value::Fixed64(bits)) => point.min = Some(f64::from_bits(bits)),
                (12, Value::Fixed64(bits)) => point.max = Some(f64::from_bits(bits)),
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

    /// How many values each bucket got: one bucket more than there are bounds, or none.
    pub fn bucket_counts(&self) -> impl Iterator<Item = u64> + use<'a> {
        numbers(self.bytes, 6, 1)
    }

    /// The upper bounds of the buckets, each inclusive; the last bucket has none.
    pub fn explicit_bounds(&self) -> impl Iterator<Item = f64> + use<'a> {
        numbers(self.bytes, 7, 1).map(f64::from_bits)
    }

    /// The attributes.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.bytes, 9)
    }

    /// The exemplars.
    pub fn exemplars(&self) -> impl Iterator<Item = Exemplar<'a>> + use<'a> {
        messages(self.bytes, 8).map(Exemplar::new)
    }
}
