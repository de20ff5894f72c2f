//! The rules of [HTTP metrics](https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/http/http-metrics.md)
//! and [RPC metrics](https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/rpc/rpc-metrics.md).

use opentelemetry::trace::SpanKind;
use opentelemetry_sdk::metrics::data::Metric;

use super::check::Check;
use super::facts::{Facts, is_reserved};
use super::group::{Instrument, MetricGroup};
use super::points::{Point, Points};
use super::report::Report;
use super::table::METRICS;
use super::violation::Problem;
use super::{check_attributes, http, network, rpc, secrets};

/// The attribute of the data point that stands for all series above the limit.
const OVERFLOW: &str = "otel.metric.overflow";

/// Checks a metric, if it is one of HTTP or RPC.
pub(super) fn check(check: &Check, metric: &Metric, report: &mut Report) {
    let Some(group) = METRICS.iter().find(|group| group.name == metric.name()) else {
        if is_reserved(metric.name()) && !check.is_extra(metric.name()) {
            report.add(Problem::UnknownMetric);
        }
        return;
    };
    if metric.unit() != group.unit {
        report.add(Problem::Unit {
            expected: group.unit,
            found: metric.unit().to_owned(),
        });
    }
    let points = Points::of(metric.data());
    instrument(group, &points, report);
    for point in &points.points {
        self::point(check, group, point, report);
    }
    let found = points.points.len();
    if let Some(limit) = check.max_series.filter(|limit| found > *limit) {
        report.add(Problem::Series { found, limit });
    }
}

fn instrument(group: &MetricGroup, points: &Points<'_>, report: &mut Report) {
    if points.instrument != group.instrument {
        report.add(Problem::Instrument {
            expected: group.instrument.name(),
            found: points.instrument.name(),
        });
    }
    if points.number != group.number {
        report.add(Problem::Number {
            expected: group.number.name(),
            found: points.number.name(),
        });
    }
}

fn point(check: &Check, group: &MetricGroup, point: &Point<'_>, report: &mut Report) {
    let facts = &point.facts;
    if facts.has(OVERFLOW) {
        return report.add(Problem::Overflow);
    }
    check_attributes::listed(check, group.attributes, facts, report);
    check_attributes::required(group.attributes, facts, report);
    secrets::check(facts, report);
    boundaries(group, point, report);
    values(check, group, facts, report);
}

/// Compares the buckets with the advised ones. Exponential histograms have none to compare.
fn boundaries(group: &MetricGroup, point: &Point<'_>, report: &mut Report) {
    let Some(found) = &point.boundaries else {
        return;
    };
    let is_advised = group.instrument == Instrument::Histogram && !group.boundaries.is_empty();
    if is_advised && found != group.boundaries {
        report.add(Problem::Boundaries {
            expected: group.boundaries,
            found: found.clone(),
        });
    }
}

/// Applies the rules that the values of spans obey.
fn values(check: &Check, group: &MetricGroup, facts: &Facts<'_>, report: &mut Report) {
    let kind = if group.name.contains(".server.") {
        SpanKind::Server
    } else {
        SpanKind::Client
    };
    if group.name.starts_with("rpc.") {
        rpc::call(check, facts, &kind, report);
    } else {
        http::exchange(check, facts, &kind, report);
    }
    network::check(facts, report);
}
