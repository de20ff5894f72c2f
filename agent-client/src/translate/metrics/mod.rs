//! From OTLP metrics to the metrics of the OpenCensus agent protocol. Pure.
//!
//! | OTLP | OpenCensus |
//! |---|---|
//! | Gauge, Sum that may fall | `GAUGE_INT64` if all points are integers, else `GAUGE_DOUBLE` |
//! | monotonic Sum | `CUMULATIVE_INT64` or `CUMULATIVE_DOUBLE`, likewise |
//! | Histogram | `CUMULATIVE_DISTRIBUTION`, bounds and counts as they are |
//! | ExponentialHistogram | `CUMULATIVE_DISTRIBUTION` with computed bounds: see [`exponential`] |
//! | Summary | `SUMMARY`, quantiles as percentiles |
//! | attributes of a point | labels: keys of all points, sorted; values as text, lists as JSON |
//! | scope name and version, where not empty | labels `otel.scope.name`, `otel.scope.version` |
//! | exemplar of a histogram | exemplar of its bucket, the newest of each; ids as attachments |
//! | time 0 | no time |
//! | resource | that of the stream |
//!
//! Every point is a time series of its own.
//!
//! # Temporality
//!
//! OpenCensus knows values since a start only, and the exporter asks for no others. A delta is
//! written all the same, with its own start: a reader sees a counter that is reset each time.
//!
//! # Limits
//!
//! - A distribution has no `sum_of_squared_deviation` in OTLP: it is 0, and so is an absent sum.
//! - OTLP's buckets contain their upper bound, those of OpenCensus their lower. As other
//!   translators do, this one keeps the bounds; zero and negative ones too.
//! - Buckets whose number does not fit their bounds are left out; count and sum stay.
//! - Points without a value and metrics without points are left out.
//!
//! Lost: minimum and maximum, the exemplars of sums and gauges, a metric's metadata, the attributes
//! and schema URL of a scope.

mod distribution;
mod exemplar;
mod exponential;
mod labels;
mod metric;
mod number;
mod point;
mod summary;
#[cfg(test)]
mod tests;

use campanile_wire::opencensus::metrics::v1::Metric;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::ScopeMetrics;

/// The metrics of a request, in its order.
pub(crate) fn metrics(request: ExportMetricsServiceRequest) -> Vec<Metric> {
    request
        .resource_metrics
        .into_iter()
        .flat_map(|resource| resource.scope_metrics)
        .flat_map(of_scope)
        .collect()
}

fn of_scope(scope: ScopeMetrics) -> impl Iterator<Item = Metric> {
    let labels = labels::scope(scope.scope);
    scope
        .metrics
        .into_iter()
        .filter_map(move |metric| metric::metric(metric, &labels))
}
