//! Exponential histograms.

use super::super::{Attributes, messages};
use super::{Exemplar, NO_RECORDED_VALUE, Temporality, numbers};
use crate::protobuf::{Fields, Value};

/// `opentelemetry.proto.metrics.v1.ExponentialHistogram`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExponentialHistogram<'a> {
    /// The whole message.
    pub bytes: &'a [u8],
    /// Since when counts add up.
    pub temporality: Temporality,
}

impl<'a> ExponentialHistogram<'a> {
    pub(super) fn new(message: &'a [u8]) -> Self {
        Self {
            bytes: message,
            temporality: Temporality::of(message),
        }
    }

    /// The points.
    pub fn points(self) -> impl Iterator<Item = ExponentialHistogramPoint<'a>> {
        messages(self.bytes, 1).map(ExponentialHistogramPoint::new)
    }
}

/// `opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint`.
///
/// With `base = 2^(2^-scale)`, bucket `index` holds the values in `(base^index, base^(index+1)]`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExponentialHistogramPoint<'a> {
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
    /// The resolution.
    pub scale: i32,
    /// How many values were zero, or within the threshold.
    pub zero_count: u64,
    /// The width of the zero bucket.
    pub zero_threshold: f64,
    /// Buckets of positive values.
    pub positive: Buckets<'a>,
    /// Buckets of negative values, by their absolute values.
    pub negative: Buckets<'a>,
    /// The smallest, if it is known.
    pub min: Option<f64>,
    /// The largest, if it is known.
    pub max: Option<f64>,
    /// See [`NO_RECORDED_VALUE`].
    pub flags: u32,
}

impl<'a> ExponentialHistogramPoint<'a> {
    /// Reads the scalar fields of `message`.
    #[must_use]
    pub fn new(message: &'a [u8]) -> Self {
        let mut point = Self {
            bytes: message,
            ..Self::default()
        };
        for field in Fields::new(message).map_while(Result::ok) {
            point.set(field.number, field.value);
        }
        point
    }

    fn set(&mut self, number: u32, value: Value<'a>) {
        match (number, value) {
            (2, Value::Fixed64(time)) => self.start_unix_nano = time,
            (3, Value::Fixed64(time)) => self.time_unix_nano = time,
            (4, Value::Fixed64(count)) => self.count = count,
            (5, Value::Fixed64(bits)) => self.sum = Some(f64::from_bits(bits)),
            (6, Value::Varint(scale)) => self.scale = zigzag(scale),
            (7, Value::Fixed64(count)) => self.zero_count = count,
            (8, Value::Bytes(buckets)) => self.positive = Buckets::new(buckets),
            (9, Value::Bytes(buckets)) => self.negative = Buckets::new(buckets),
            (10, Value::Varint(flags)) => self.flags = flags as u32,
            (12, Value::Fixed64(bits)) => self.min = Some(f64::from_bits(bits)),
            (13, Value::Fixed64(bits)) => self.max = Some(f64::from_bits(bits)),
            (14, Value::Fixed64(bits)) => self.zero_threshold = f64::from_bits(bits),
            _ => {}
        }
    }

    /// Whether the point says that there is no value.
    #[must_use]
    pub fn has_no_value(&self) -> bool {
        self.flags & NO_RECORDED_VALUE != 0
    }

    /// The attributes.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.bytes, 1)
    }

    /// The exemplars.
    pub fn exemplars(&self) -> impl Iterator<Item = Exemplar<'a>> + use<'a> {
        messages(self.bytes, 11).map(Exemplar::new)
    }
}

/// `ExponentialHistogramDataPoint.Buckets`: a run of buckets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Buckets<'a> {
    /// The whole message.
    pub bytes: &'a [u8],
    /// The index of the first bucket.
    pub offset: i32,
}

impl<'a> Buckets<'a> {
    fn new(message: &'a [u8]) -> Self {
        let mut offset = 0;
        for field in Fields::new(message).map_while(Result::ok) {
            if let (1, Value::Varint(value)) = (field.number, field.value) {
                offset = zigzag(value);
            }
        }
        Self {
            bytes: message,
            offset,
        }
    }

    /// How many values each bucket got.
    pub fn counts(&self) -> impl Iterator<Item = u64> + use<'a> {
        numbers(self.bytes, 2, 0)
    }
}

/// Reads a `sint32`.
fn zigzag(value: u64) -> i32 {
    let value = value as u32;
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}
