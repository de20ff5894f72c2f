//! The data points of a metric, whatever numbers they hold.

use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};

use super::facts::Facts;
use super::group::{Instrument, Number};

/// The data points, and what they say about the instrument that made them.
#[derive(Debug)]
pub(super) struct Points<'a> {
    pub(super) instrument: Instrument,
    pub(super) number: Number,
    pub(super) points: Vec<Point<'a>>,
}

/// One series.
#[derive(Debug)]
pub(super) struct Point<'a> {
    pub(super) facts: Facts<'a>,
    /// The buckets of a histogram that has fixed ones.
    pub(super) boundaries: Option<Vec<f64>>,
}

impl<'a> Points<'a> {
    pub(super) fn of(data: &'a AggregatedMetrics) -> Self {
        match data {
            AggregatedMetrics::F64(data) => Self::read(data, Number::Float),
            AggregatedMetrics::I64(data) => Self::read(data, Number::Whole),
            AggregatedMetrics::U64(data) => Self::read(data, Number::Whole),
        }
    }

    fn read<T>(data: &'a MetricData<T>, number: Number) -> Self {
        let bare = |facts| Point {
            facts,
            boundaries: None,
        };
        let (instrument, points) = match data {
            MetricData::Gauge(gauge) => {
                let points = gauge.data_points().map(|p| Facts::of(p.attributes()));
                (Instrument::Gauge, points.map(bare).collect())
            }
            MetricData::Sum(sum) => {
                let points = sum.data_points().map(|p| Facts::of(p.attributes()));
                let instrument = if sum.is_monotonic() {
                    Instrument::Counter
                } else {
                    Instrument::UpDownCounter
                };
                (instrument, points.map(bare).collect())
            }
            MetricData::Histogram(histogram) => {
                let points = histogram.data_points().map(|point| Point {
                    facts: Facts::of(point.attributes()),
                    boundaries: Some(point.bounds().collect()),
                });
                (Instrument::Histogram, points.collect())
            }
            MetricData::ExponentialHistogram(histogram) => {
                let points = histogram.data_points().map(|p| Facts::of(p.attributes()));
                (Instrument::Histogram, points.map(bare).collect())
            }
        };
        Self {
            instrument,
            number,
            points,
        }
    }
}
