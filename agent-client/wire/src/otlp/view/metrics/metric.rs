//! One metric: what its points have in common.

use super::super::{Attributes, utf8};
use super::{ExponentialHistogram, Gauge, Histogram, Sum, Summary};
use crate::protobuf::{Fields, Value};

/// `opentelemetry.proto.metrics.v1.Metric`: scalar fields read, points left on the wire.
#[derive(Clone, Copy, Debug, Default)]
pub struct Metric<'a> {
    /// The whole message.
    pub bytes: &'a [u8],
    /// The metric's name.
    pub name: &'a str,
    /// What it measures, for people.
    pub description: &'a str,
    /// The unit in UCUM, such as `By/s`.
    pub unit: &'a str,
    /// Its points; `None` when there are none or of a kind that is not known.
    pub data: Option<Data<'a>>,
}

impl<'a> Metric<'a> {
    /// Reads the scalar fields of `message`; of several kinds of data the last counts.
    #[must_use]
    pub fn new(message: &'a [u8]) -> Self {
        let mut metric = Self {
            bytes: message,
            ..Self::default()
        };
        for field in Fields::new(message).map_while(Result::ok) {
            let Value::Bytes(bytes) = field.value else {
                continue;
            };
            match field.number {
                1 => metric.name = utf8(bytes),
                2 => metric.description = utf8(bytes),
                3 => metric.unit = utf8(bytes),
                number => metric.data = Data::new(number, bytes).or(metric.data),
            }
        }
        metric
    }

    /// What else is known of the metric, such as `prometheus.type`.
    #[must_use]
    pub fn metadata(&self) -> Attributes<'a> {
        Attributes::new(self.bytes, 12)
    }
}

/// The points of a metric, by kind.
#[derive(Clone, Copy, Debug)]
pub enum Data<'a> {
    /// Distributions in buckets whose widths grow exponentially.
    ExponentialHistogram(ExponentialHistogram<'a>),
    /// Numbers that were the case.
    Gauge(Gauge<'a>),
    /// Distributions in buckets with explicit bounds.
    Histogram(Histogram<'a>),
    /// Numbers that add up.
    Sum(Sum<'a>),
    /// Quantiles.
    Summary(Summary<'a>),
}

impl<'a> Data<'a> {
    fn new(number: u32, message: &'a [u8]) -> Option<Self> {
        Some(match number {
            5 => Self::Gauge(Gauge(message)),
            7 => Self::Sum(Sum::new(message)),
            9 => Self::Histogram(Histogram::new(message)),
            10 => Self::ExponentialHistogram(ExponentialHistogram::new(message)),
            11 => Self::Summary(Summary(message)),
            _ => return None,
        })
    }
}

/// `opentelemetry.proto.metrics.v1.AggregationTemporality`: since when values add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Temporality {
    /// Since a start that stays.
    Cumulative,
    /// Since the point before.
    Delta,
    /// It is not said.
    #[default]
    Unspecified,
}

impl Temporality {
    /// Reads field 2 of `message`.
    pub(super) fn of(message: &[u8]) -> Self {
        let mut temporality = Self::Unspecified;
        for field in Fields::new(message).map_while(Result::ok) {
            temporality = match (field.number, field.value) {
                (2, Value::Varint(1)) => Self::Delta,
                (2, Value::Varint(2)) => Self::Cumulative,
                (2, Value::Varint(_)) => Self::Unspecified,
                _ => temporality,
            };
        }
        temporality
    }
}
