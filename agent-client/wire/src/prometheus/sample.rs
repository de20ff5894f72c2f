//! The samples of a point.

use super::{Classic, Exemplar, Point, PointValue, Summary};

/// The bits of the NaN that says that a series has ended.
pub const STALE: u64 = 0x7ff0_0000_0000_0002;

/// One sample: its name and labels but for what the point has, and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample<'p> {
    /// What is appended to the family's name.
    pub suffix: &'static str,
    /// A label beside those of the point: `le` or `quantile`.
    pub label: Option<(&'static str, f64)>,
    /// The value.
    pub value: f64,
    /// The exemplars that belong to it.
    pub exemplars: Vec<&'p Exemplar>,
}

/// The samples of `point`, each with a suffix and label of its own. Exponential histograms are
/// written with [bounds](super::Exponential::classic); stale points hold stale values.
#[must_use]
pub fn samples(point: &Point) -> Vec<Sample<'_>> {
    let mut samples = match &point.value {
        PointValue::Classic(histogram) => classic(histogram, &point.exemplars),
        PointValue::Exponential(histogram) => classic(&histogram.classic(), &point.exemplars),
        PointValue::Number(value) => vec![Sample {
            exemplars: point.exemplars.iter().collect(),
            ..sample("", None, *value)
        }],
        PointValue::Summary(summary) => quantiles(summary),
    };
    if point.is_stale {
        for sample in &mut samples {
            sample.value = f64::from_bits(STALE);
        }
    }
    samples
}

fn sample(suffix: &'static str, label: Option<(&'static str, f64)>, value: f64) -> Sample<'static> {
    Sample {
        suffix,
        label,
        value,
        exemplars: Vec::new(),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "every value of Prometheus is a double"
)]
fn classic<'p>(histogram: &Classic, exemplars: &'p [Exemplar]) -> Vec<Sample<'p>> {
    let mut samples = Vec::with_capacity(histogram.counts.len() + 2);
    let bounds = histogram.bounds.iter().copied();
    let mut sum: u64 = 0;
    let mut below = f64::NEG_INFINITY;
    for (bound, count) in bounds.chain([f64::INFINITY]).zip(&histogram.counts) {
        sum = sum.saturating_add(*count);
        let belongs = |exemplar: &&Exemplar| exemplar.value > below && exemplar.value <= bound;
        samples.push(Sample {
            exemplars: exemplars.iter().filter(belongs).collect(),
            ..sample("_bucket", Some(("le", bound)), sum as f64)
        });
        below = bound;
    }
    samples.extend(histogram.sum.map(|sum| sample("_sum", None, sum)));
    samples.push(sample("_count", None, sum as f64));
    samples
}

#[expect(
    clippy::cast_precision_loss,
    reason = "every value of Prometheus is a double"
)]
fn quantiles(summary: &Summary) -> Vec<Sample<'static>> {
    let quantiles = summary.quantiles.iter();
    quantiles
        .map(|(quantile, value)| sample("", Some(("quantile", *quantile)), *value))
        .chain([
            sample("_sum", None, summary.sum),
            sample("_count", None, summary.count as f64),
        ])
        .collect()
}
