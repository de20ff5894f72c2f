//! A metric with its points.

use campanile_wire::opencensus::metrics::v1::metric_descriptor::Type;
use campanile_wire::opencensus::metrics::v1::point::Value;
use campanile_wire::opencensus::metrics::v1::{Metric, MetricDescriptor, Point, TimeSeries};
use campanile_wire::otlp::write::{Scalar, attribute, nested, text, varint};

use super::labels::{self, Budget, Labels};
use super::point::{Class, put_double, put_int, put_no_value, put_times};
use super::{distribution, summary};
use crate::receivers::opencensus::translate::groups::TooLarge;

/// `Metric.metadata`.
const METADATA: u32 = 12;
/// `AggregationTemporality`.
const DELTA: u64 = 1;
const CUMULATIVE: u64 = 2;

/// Appends a metric to the scope `out`, one for each class of values that its points have; gives
/// the number of points whose buckets did not fit their bounds.
///
/// # Errors
///
/// When its labels would be repeated too often.
pub(in super::super) fn put(
    out: &mut Vec<u8>,
    metric: &Metric,
    budget: &mut Budget,
) -> Result<u64, TooLarge> {
    let none = MetricDescriptor::default();
    let descriptor = metric.metric_descriptor.as_ref().unwrap_or(&none);
    let kind = Kind(descriptor.r#type);
    let labels = Labels::new(&descriptor.label_keys);
    let mut misfits = 0;
    for class in Class::ALL {
        let one = OneClass {
            class,
            kind,
            series: &metric.timeseries,
        };
        if !one.has_points() {
            continue;
        }
        let mut points = Vec::new();
        misfits += one.put_points(&mut points, &labels, budget)?;
        nested(out, 2, |out| {
            text(out, 1, &descriptor.name);
            text(out, 2, &descriptor.description);
            text(out, 3, &descriptor.unit);
            nested(out, one.field(), |out| {
                out.extend_from_slice(&points);
                one.put_temporality(out);
            });
            labels::put_metadata(out, METADATA, &descriptor.label_keys, &metric.timeseries);
            if !kind.is_told_by(class) {
                let name = Scalar::Text(&kind.name());
                attribute(out, METADATA, "opencensus.metric_type", name);
            }
        });
    }
    Ok(misfits)
}

/// `MetricDescriptor.Type` as it came.
#[derive(Clone, Copy)]
struct Kind(i32);

impl Kind {
    /// The class of values that the type promises.
    fn class(self) -> Class {
        match Type::try_from(self.0) {
            Ok(Type::CumulativeDistribution | Type::GaugeDistribution) => Class::Distribution,
            Ok(Type::Summary) => Class::Summary,
            _ => Class::Number,
        }
    }

    fn is_cumulative(self) -> bool {
        matches!(
            Type::try_from(self.0),
            Ok(Type::CumulativeInt64 | Type::CumulativeDouble | Type::CumulativeDistribution)
        )
    }

    /// Whether the data of this class in OTLP tells the type.
    fn is_told_by(self, class: Class) -> bool {
        let is_known = matches!(Type::try_from(self.0), Ok(kind) if kind != Type::Unspecified);
        is_known && self.class() == class
    }

    fn name(self) -> String {
        match Type::try_from(self.0) {
            Ok(kind) => kind.as_str_name().to_owned(),
            Err(_) => self.0.to_string(),
        }
    }
}

/// The points of one class.
struct OneClass<'m> {
    class: Class,
    kind: Kind,
    series: &'m [TimeSeries],
}

impl OneClass<'_> {
    fn is_of(&self, point: &Point) -> bool {
        let class = Class::of(point.value.as_ref()).unwrap_or_else(|| self.kind.class());
        class == self.class
    }

    fn has_points(&self) -> bool {
        let mut points = self.series.iter().flat_map(|series| &series.points);
        points.any(|point| self.is_of(point))
    }

    /// The member of `Metric.data`.
    fn field(&self) -> u32 {
        match self.class {
            Class::Number if self.kind.is_cumulative() => 7,
            Class::Number => 5,
            Class::Distribution => 9,
            Class::Summary => 11,
        }
    }

    /// A distribution of the present is written as the change since the last one: the only other
    /// thing that OTLP can say, and read back as what it was.
    fn put_temporality(&self, out: &mut Vec<u8>) {
        match (self.class, self.kind.is_cumulative()) {
            (Class::Distribution, false) => varint(out, 2, DELTA),
            (Class::Distribution, true) => varint(out, 2, CUMULATIVE),
            (Class::Number, true) => {
                varint(out, 2, CUMULATIVE);
                varint(out, 3, 1);
            }
            (Class::Number, false) | (Class::Summary, _) => {}
        }
    }

    fn put_points(
        &self,
        out: &mut Vec<u8>,
        labels: &Labels<'_>,
        budget: &mut Budget,
    ) -> Result<u64, TooLarge> {
        let mut misfits = 0;
        for series in self.series {
            let attributes = labels.of(series, self.class.attributes(), budget)?;
            for point in series.points.iter().filter(|point| self.is_of(point)) {
                nested(out, 1, |out| {
                    put_times(out, series, point);
                    misfits += u64::from(!self.put_value(out, point));
                    out.extend_from_slice(&attributes);
                });
            }
        }
        Ok(misfits)
    }

    /// Appends a value; says whether its buckets fit.
    fn put_value(&self, out: &mut Vec<u8>, point: &Point) -> bool {
        match &point.value {
            None => put_no_value(out, self.class),
            Some(Value::Int64Value(value)) => put_int(out, *value),
            Some(Value::DoubleValue(value)) => put_double(out, 4, *value),
            Some(Value::SummaryValue(value)) => summary::put(out, value),
            Some(Value::DistributionValue(value)) => return distribution::put(out, value),
        }
        true
    }
}
