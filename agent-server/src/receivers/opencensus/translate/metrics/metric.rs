//! A metric with its points.

use campanile_wire::opencensus::metrics::v1::metric_descriptor::Type;
use campanile_wire::opencensus::metrics::v1::point::Value;
use campanile_wire::opencensus::metrics::v1::{Metric, MetricDescriptor, Point, TimeSeries};
use campanile_wire::otlp::write::{Scalar, attribute, nested, text, varint};

use super::labels::{Bare, Budget, Labels};
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
        let bare = Bare::new(&labels, &descriptor.label_keys, one.series_with_points());
        let sum = one.sum(&bare);
        nested(out, 2, |out| {
            text(out, 1, &descriptor.name);
            text(out, 2, &descriptor.description);
            text(out, 3, &descriptor.unit);
            nested(out, one.field(sum), |out| {
                out.extend_from_slice(&points);
                one.put_temporality(out, sum);
            });
            bare.put_metadata(out, METADATA, sum.is_some_and(|sum| sum.is_kept));
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

/// How a sum is counted.
#[derive(Clone, Copy)]
struct Sum {
    temporality: u64,
    is_monotonic: bool,
    /// Whether an agent before this one has written it as a gauge.
    is_kept: bool,
}

impl Sum {
    /// What the type says, or else a label that has no value.
    fn of(kind: Kind, bare: &Bare<'_>) -> Option<Self> {
        if kind.is_cumulative() {
            return Some(Self {
                temporality: CUMULATIVE,
                is_monotonic: true,
                is_kept: false,
            });
        }
        let (temporality, is_monotonic) = match bare.sum()? {
            "cumulative" => (CUMULATIVE, false),
            "delta" => (DELTA, false),
            "delta monotonic" => (DELTA, true),
            "unspecified" => (0, false),
            "unspecified monotonic" => (0, true),
            _ => return None,
        };
        Some(Self {
            temporality,
            is_monotonic,
            is_kept: true,
        })
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

    fn series_with_points(&self) -> impl Iterator<Item = &TimeSeries> {
        let has_points = |series: &&TimeSeries| series.points.iter().any(|point| self.is_of(point));
        self.series.iter().filter(has_points)
    }

    fn has_points(&self) -> bool {
        self.series_with_points().next().is_some()
    }

    /// How the numbers are counted, if they are a sum.
    fn sum(&self, bare: &Bare<'_>) -> Option<Sum> {
        let is_number = self.class == Class::Number;
        is_number.then(|| Sum::of(self.kind, bare)).flatten()
    }

    /// The member of `Metric.data`.
    fn field(&self, sum: Option<Sum>) -> u32 {
        match self.class {
            Class::Number if sum.is_some() => 7,
            Class::Number => 5,
            Class::Distribution => 9,
            Class::Summary => 11,
        }
    }

    /// A distribution of the present is written as the change since the last one: the only other
    /// thing that OTLP can say, and read back as what it was.
    fn put_temporality(&self, out: &mut Vec<u8>, sum: Option<Sum>) {
        match (self.class, self.kind.is_cumulative()) {
            (Class::Distribution, false) => varint(out, 2, DELTA),
            (Class::Distribution, true) => varint(out, 2, CUMULATIVE),
            (Class::Number | Class::Summary, _) => {}
        }
        if let Some(sum) = sum {
            varint(out, 2, sum.temporality);
            varint(out, 3, sum.is_monotonic.into());
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
