//! Points before they are read, and reading them.

use crate::otlp::view::{self, Data, Number, Temporality};

use super::{
    Classic, Exponential, ExponentialBuckets, Kind, Loss, MAX_BUCKETS, PointValue, Summary,
};

/// A point of any kind before it is read.
pub(super) struct Draft<'a> {
    pub(super) attributes: view::Attributes<'a>,
    pub(super) start_unix_nano: u64,
    pub(super) time_unix_nano: u64,
    pub(super) is_stale: bool,
    pub(super) value: Unread<'a>,
}

/// A point of one kind.
pub(super) enum Unread<'a> {
    Exponential(view::ExponentialHistogramPoint<'a>),
    Histogram(view::HistogramPoint<'a>),
    Number(view::NumberPoint<'a>),
    Summary(view::SummaryPoint<'a>),
}

/// Drafts, one by one.
pub(super) type Drafts<'a> = Box<dyn Iterator<Item = Draft<'a>> + 'a>;

/// The points of a metric, and since when their values add up.
pub(super) fn drafts(data: Data<'_>) -> (Drafts<'_>, Temporality) {
    macro_rules! drafts {
        ($points:expr, $kind:ident) => {
            Box::new($points.map(|point| Draft {
                attributes: point.attributes(),
                start_unix_nano: point.start_unix_nano,
                time_unix_nano: point.time_unix_nano,
                is_stale: point.has_no_value(),
                value: Unread::$kind(point),
            }))
        };
    }
    match data {
        Data::ExponentialHistogram(data) => (drafts!(data.points(), Exponential), data.temporality),
        Data::Gauge(data) => (drafts!(data.points(), Number), Temporality::Cumulative),
        Data::Histogram(data) => (drafts!(data.points(), Histogram), data.temporality),
        Data::Sum(data) => (drafts!(data.points(), Number), data.temporality),
        Data::Summary(data) => (drafts!(data.points(), Summary), Temporality::Cumulative),
    }
}

impl<'a> Draft<'a> {
    /// The exemplars of the point.
    pub(super) fn exemplars(&self) -> Box<dyn Iterator<Item = view::Exemplar<'a>> + 'a> {
        match self.value {
            Unread::Exponential(point) => Box::new(point.exemplars()),
            Unread::Histogram(point) => Box::new(point.exemplars()),
            Unread::Number(point) => Box::new(point.exemplars()),
            Unread::Summary(_) => Box::new(std::iter::empty()),
        }
    }
}

impl Unread<'_> {
    /// Reads the value.
    pub(super) fn read(&self, kind: Kind, is_stale: bool) -> Result<PointValue, Loss> {
        match self {
            Self::Number(point) => number(point.value, kind, is_stale).map(PointValue::Number),
            Self::Histogram(point) => classic(point, is_stale).map(PointValue::Classic),
            Self::Exponential(point) => exponential(point).map(PointValue::Exponential),
            Self::Summary(point) => summary(point).map(PointValue::Summary),
        }
    }
}

fn number(value: Option<Number>, kind: Kind, is_stale: bool) -> Result<f64, Loss> {
    match value.map(Number::as_f64) {
        _ if is_stale => Ok(0.0),
        Some(value) if kind == Kind::Counter && (value.is_nan() || value < 0.0) => {
            Err(Loss::Invalid)
        }
        Some(value) => Ok(value),
        None => Err(Loss::Invalid),
    }
}

fn classic(point: &view::HistogramPoint<'_>, is_stale: bool) -> Result<Classic, Loss> {
    let mut bounds: Vec<f64> = point.explicit_bounds().take(MAX_BUCKETS).collect();
    let mut counts: Vec<u64> = point.bucket_counts().take(MAX_BUCKETS + 1).collect();
    if bounds.len() == MAX_BUCKETS || counts.len() > MAX_BUCKETS {
        return Err(Loss::TooLarge);
    }
    if is_stale {
        counts = vec![0; bounds.len() + 1];
    } else if counts.is_empty() {
        // Without buckets there is one for all values.
        bounds.clear();
        counts.push(point.count);
    }
    if bounds.last() == Some(&f64::INFINITY) && counts.len() == bounds.len() + 1 {
        bounds.pop();
        let last = counts.pop().unwrap_or_default();
        let before = counts.last_mut();
        before
            .into_iter()
            .for_each(|count| *count = count.saturating_add(last));
    }
    let rises = bounds.is_sorted_by(|one, next| one < next);
    let is_finite = bounds.iter().all(|bound| bound.is_finite());
    if !rises || !is_finite || counts.len() != bounds.len() + 1 {
        return Err(Loss::Invalid);
    }
    Ok(Classic {
        bounds,
        counts,
        sum: point.sum,
        scale: None,
    })
}

fn exponential(point: &view::ExponentialHistogramPoint<'_>) -> Result<Exponential, Loss> {
    let buckets = |found: view::Buckets<'_>| {
        let counts: Vec<u64> = found.counts().take(MAX_BUCKETS + 1).collect();
        let fits = counts.len() <= MAX_BUCKETS;
        let buckets = ExponentialBuckets {
            offset: found.offset,
            counts,
        };
        fits.then_some(buckets).ok_or(Loss::TooLarge)
    };
    let threshold = point.zero_threshold;
    if !threshold.is_finite() || threshold < 0.0 {
        return Err(Loss::Invalid);
    }
    let (positive, negative) = (buckets(point.positive)?, buckets(point.negative)?);
    let counts = positive.counts.iter().chain(&negative.counts);
    let in_buckets = counts.fold(point.zero_count, |sum, count| sum.saturating_add(*count));
    Ok(Exponential {
        scale: point.scale,
        count: in_buckets,
        sum: point.sum,
        zero_count: point.zero_count,
        zero_threshold: threshold,
        positive,
        negative,
    })
}

fn summary(point: &view::SummaryPoint<'_>) -> Result<Summary, Loss> {
    let found = point.quantiles().take(MAX_BUCKETS + 1);
    let mut quantiles: Vec<(f64, f64)> = found.map(|found| (found.quantile, found.value)).collect();
    if quantiles.len() > MAX_BUCKETS {
        return Err(Loss::TooLarge);
    }
    if quantiles.iter().any(|(at, _)| !(0.0..=1.0).contains(at)) {
        return Err(Loss::Invalid);
    }
    quantiles.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    quantiles.dedup_by(|(later, _), (first, _)| later == first);
    Ok(Summary {
        quantiles,
        sum: point.sum,
        count: point.count,
    })
}
