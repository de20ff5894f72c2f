//! Gauges and sums.

use super::super::{Attributes, messages};
use super::{Exemplar, NO_RECORDED_VALUE, Temporality};
use crate::protobuf::{Fields, Value};

/// `opentelemetry.proto.metrics.v1.Gauge`.
#[derive(Clone, Copy, Debug)]
pub struct Gauge<'a>(pub &'a [u8]);

impl<'a> Gauge<'a> {
    /// The points.
    pub fn points(self) -> impl Iterator<Item = NumberPoint<'a>> {
        messages(self.0, 1).map(NumberPoint::new)
    }
}

/// `opentelemetry.proto.metrics.v1.Sum`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sum<'a> {
    /// The whole message.
    pub bytes: &'a [u8],
    /// Since when values add up.
    pub temporality: Temporality,
    /// Whether the sum never falls.
    pub is_monotonic: bool,
}

impl<'a> Sum<'a> {
    pub(super) fn new(message: &'a [u8]) -> Self {
        let mut is_monotonic = false;
        for field in Fields::new(message).map_while(Result::ok) {
            if let (3, Value::Varint(value)) = (field.number, field.value) {
                is_monotonic = value != 0;
            }
        }
        Self {
            bytes: message,
            temporality: Temporality::of(message),
            is_monotonic,
        }
    }

    /// The points.
    pub fn points(self) -> impl Iterator<Item = NumberPoint<'a>> {
        messages(self.bytes, 1).map(NumberPoint::new)
    }
}

/// A number, whole or not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A double.
    Double(f64),
    /// A signed integer.
    Int(i64),
}

impl Number {
    /// The number as a double, which holds integers up to 2^53 exactly.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "said above")]
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Double(number) => number,
            Self::Int(number) => number as f64,
        }
    }
}

/// `opentelemetry.proto.metrics.v1.NumberDataPoint`.
#[derive(Clone, Copy, Debug, Default)]
pub struct NumberPoint<'a> {
    /// The whole message.
    pub bytes: &'a [u8],
    /// Since when the value adds up, in nanoseconds since the Unix epoch.
    pub start_unix_nano: u64,
    /// When it was so, in nanoseconds since the Unix epoch.
    pub time_unix_nano: u64,
    /// The value, if there is one.
    pub value: Option<Number>,
    /// See [`NO_RECORDED_VALUE`].
    pub flags: u32,
}

impl<'a> NumberPoint<'a> {
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
                (4, Value::Fixed64(bits)) => {
                    point.value = Some(Number::Double(f64::from_bits(bits)));
                }
                (6, Value::Fixed64(bits)) => point.value = Some(Number::Int(bits.cast_signed())),
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

    /// The attributes.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.bytes, 7)
    }

    /// The exemplars.
    pub fn exemplars(&self) -> impl Iterator<Item = Exemplar<'a>> + use<'a> {
        messages(self.bytes, 5).map(Exemplar::new)
    }
}
