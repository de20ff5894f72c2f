//! What is checked after each cell, whatever it was.

use std::collections::BTreeMap;
use std::time::Duration;

use campanile_tests::wait::until;
use opentelemetry::KeyValue;
use opentelemetry::trace::SpanKind;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, Metric, MetricData, ResourceMetrics};
use opentelemetry_sdk::trace::SpanData;
use tokio::time::timeout;

use super::scene::Scene;

/// How long a cell may take to end its spans.
const DEADLINE: Duration = Duration::from_secs(10);

/// Stands in every password, token and signature that the cells send.
pub(super) const SECRET: &str = "hunter2";

/// Instrument, status and `error.type`.
type Outcome = (String, Option<String>, Option<String>);

/// Waits for the spans of a cell. Returns everything that is wrong with them and the metrics.
pub(super) async fn verify(scene: &Scene, expected: &str) -> Vec<String> {
    let recorder = &scene.recorder;
    let ended = until(async || recorder.difference(expected).map_or(Ok(()), Err));
    let mut problems = match timeout(DEADLINE, ended).await {
        Ok(()) => Vec::new(),
        Err(_) => Vec::from_iter(recorder.difference(expected)),
    };
    problems.extend(scene.violations().iter().map(ToString::to_string));
    let (spans, metrics) = (recorder.spans(), recorder.metrics());
    if format!("{spans:?} {metrics:?}").contains(SECRET) {
        problems.push(format!("a secret gets out: {spans:#?}"));
    }
    problems.extend(trace_problem(&spans));
    problems.extend(metric_problems(&spans, &metrics));
    problems
}

/// Every cell is one request, so it leaves one trace.
fn trace_problem(spans: &[SpanData]) -> Option<String> {
    let first = spans.first()?.span_context.trace_id();
    let other = spans
        .iter()
        .find(|span| span.span_context.trace_id() != first)?;
    Some(format!("`{}` is in another trace", other.name))
}

/// Metrics count what the spans show, with the same status and error, and nothing stays active.
fn metric_problems(spans: &[SpanData], metrics: &ResourceMetrics) -> Vec<String> {
    let mut problems = Vec::new();
    let mut measured: BTreeMap<Outcome, u64> = BTreeMap::new();
    let metrics = metrics.scope_metrics().flat_map(|scope| scope.metrics());
    for metric in metrics {
        if metric.name().ends_with(".active_requests") && !is_at_rest(metric) {
            problems.push(format!("`{}` is not back at zero", metric.name()));
        }
        for (outcome, count) in durations(metric) {
            *measured.entry(outcome).or_default() += count;
        }
    }
    let mut recorded: BTreeMap<Outcome, u64> = BTreeMap::new();
    for span in spans {
        *recorded
            .entry(outcome(instrument(span), &span.attributes))
            .or_default() += 1;
    }
    if recorded != measured {
        problems.push(format!("spans say {recorded:#?}, durations {measured:#?}"));
    }
    problems
}

/// The instrument that measures requests such as the one of `span`.
fn instrument(span: &SpanData) -> String {
    let side = match span.span_kind {
        SpanKind::Client => "client",
        _ => "server",
    };
    let is_call = text(&span.attributes, "rpc.system.name").is_some();
    if is_call {
        format!("rpc.{side}.call.duration")
    } else {
        format!("http.{side}.request.duration")
    }
}

fn is_at_rest(metric: &Metric) -> bool {
    match metric.data() {
        AggregatedMetrics::I64(MetricData::Sum(sum)) => {
            sum.data_points().all(|point| point.value() == 0)
        }
        _ => false,
    }
}

/// How many requests a histogram of durations has seen, by outcome.
fn durations(metric: &Metric) -> Vec<(Outcome, u64)> {
    match metric.data() {
        AggregatedMetrics::F64(MetricData::Histogram(histogram)) => histogram
            .data_points()
            .map(|point| {
                let attributes: Vec<_> = point.attributes().cloned().collect();
                (
                    outcome(metric.name().to_owned(), &attributes),
                    point.count(),
                )
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn outcome(instrument: String, attributes: &[KeyValue]) -> Outcome {
    let status = text(attributes, "rpc.response.status_code")
        .or_else(|| text(attributes, "http.response.status_code"));
    (instrument, status, text(attributes, "error.type"))
}

fn text(attributes: &[KeyValue], key: &str) -> Option<String> {
    let found = attributes.iter().find(|kv| kv.key.as_str() == key);
    found.map(|kv| kv.value.to_string())
}
