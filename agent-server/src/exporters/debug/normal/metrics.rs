//! One line per data point.

use std::fmt;

use campanile_wire::otlp::view::{
    Attributes, Data, ExponentialHistogramPoint, HistogramPoint, Metric, Number, NumberPoint,
    SummaryPoint, Temporality, resource_metrics,
};

use super::{braced, service};

/// A line for every data point of the request.
pub(super) fn lines(request: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    for resource in resource_metrics(request) {
        let service = service(resource.resource());
        for metric in resource.scope_metrics().flat_map(|scope| scope.metrics()) {
            each_point(&metric, |kind, attributes, value| {
                let Metric { name, unit, .. } = metric;
                let attributes = braced(attributes);
                lines.push(format!(
                    "{service:?} {name:?} {unit:?} {kind} {attributes} {value}"
                ));
            });
        }
    }
    lines
}

/// Hands the kind, attributes and value of every point to `line`.
fn each_point(metric: &Metric<'_>, mut line: impl FnMut(&str, Attributes<'_>, String)) {
    match metric.data {
        None => {}
        Some(Data::Gauge(gauge)) => {
            let points = gauge.points();
            points.for_each(|point| line("gauge", point.attributes(), number(&point)));
        }
        Some(Data::Sum(sum)) => {
            let kind = if sum.is_monotonic { "counter" } else { "sum" };
            let kind = with(kind, sum.temporality);
            let points = sum.points();
            points.for_each(|point| line(&kind, point.attributes(), number(&point)));
        }
        Some(Data::Histogram(histogram)) => {
            let kind = with("histogram", histogram.temporality);
            let points = histogram.points();
            points.for_each(|point| line(&kind, point.attributes(), distribution(&point)));
        }
        Some(Data::ExponentialHistogram(histogram)) => {
            let kind = with("exponential histogram", histogram.temporality);
            let points = histogram.points();
            points.for_each(|point| line(&kind, point.attributes(), exponential(&point)));
        }
        Some(Data::Summary(summary)) => {
            let points = summary.points();
            points.for_each(|point| line("summary", point.attributes(), quantiles(&point)));
        }
    }
}

fn with(kind: &str, temporality: Temporality) -> String {
    let temporality = match temporality {
        Temporality::Cumulative => "cumulative",
        Temporality::Delta => "delta",
        Temporality::Unspecified => "unspecified",
    };
    format!("{temporality} {kind}")
}

fn number(point: &NumberPoint<'_>) -> String {
    match point.value {
        Some(Number::Double(value)) => value.to_string(),
        Some(Number::Int(value)) => value.to_string(),
        None => "no value".to_owned(),
    }
}

fn distribution(point: &HistogramPoint<'_>) -> String {
    let range = known(&[("sum", point.sum), ("min", point.min), ("max", point.max)]);
    let counts = point.bucket_counts().map(|count| count.to_string());
    let counts = counts.collect::<Vec<_>>().join(" ");
    let bounds = point.explicit_bounds().map(|bound| bound.to_string());
    let bounds = bounds.collect::<Vec<_>>().join(" ");
    format!(
        "count {}{range} bounds [{bounds}] counts [{counts}]",
        point.count
    )
}

fn exponential(point: &ExponentialHistogramPoint<'_>) -> String {
    let range = known(&[("sum", point.sum), ("min", point.min), ("max", point.max)]);
    let (count, scale, zeros) = (point.count, point.scale, point.zero_count);
    format!("count {count}{range} scale {scale} zeros {zeros}")
}

fn quantiles(point: &SummaryPoint<'_>) -> String {
    let quantiles = point
        .quantiles()
        .map(|one| format!(" p{}={}", one.quantile, one.value));
    format!(
        "count {} sum {}{}",
        point.count,
        point.sum,
        quantiles.collect::<String>()
    )
}

fn known(values: &[(&str, Option<impl fmt::Display>)]) -> String {
    let known = values
        .iter()
        .filter_map(|(name, value)| Some((name, value.as_ref()?)));
    known
        .map(|(name, value)| format!(" {name} {value}"))
        .collect()
}
