//! What is counted, under the Collector's names where it has them.

use super::policies::Verdict;
use super::policy::Decision;
use crate::component::Context;
use crate::ops::{Counter, Gauge, Metrics};

/// How often one policy said what.
#[derive(Debug)]
pub(super) struct PolicyCounters {
    dropped: Counter,
    failed: Counter,
    not_sampled: Counter,
    sampled: Counter,
}

impl PolicyCounters {
    /// The counters of the policy `name` of the processor `context.id`.
    pub(super) fn new(name: &str, context: &Context) -> Self {
        let metrics = &context.shared.metrics;
        let id = context.id.to_string();
        let policy = match id.split_once('/') {
            Some((_, own)) => format!("{own}.{name}"),
            None => name.to_owned(),
        };
        let counter = |decision, sampled| {
            metrics.counter(
                "otelcol_processor_tail_sampling_count_traces_sampled",
                "Traces by what a policy said of them.",
                &[
                    ("decision", decision),
                    ("policy", policy.as_str()),
                    ("sampled", sampled),
                ],
            )
        };
        Self {
            dropped: counter("dropped", "false"),
            failed: metrics.counter(
                "otelcol_processor_tail_sampling_sampling_policy_evaluation_error",
                "Traces that a policy could not be evaluated on.",
                &[("policy", policy.as_str())],
            ),
            not_sampled: counter("not_sampled", "false"),
            sampled: counter("sampled", "true"),
        }
    }

    pub(super) fn note(&self, decision: Decision) {
        let counter = match decision {
            Decision::Dropped => &self.dropped,
            Decision::Failed => &self.failed,
            Decision::InvertNotSampled | Decision::NotSampled => &self.not_sampled,
            Decision::InvertSampled | Decision::Sampled => &self.sampled,
        };
        counter.add(1);
    }
}

/// What one sampler counts.
#[derive(Debug)]
pub(super) struct Counters {
    dropped: Counter,
    not_sampled: Counter,
    sampled: Counter,
    late_kept: Counter,
    late_not_kept: Counter,
    new_traces: Counter,
    too_early: Counter,
    too_large: Counter,
    on_memory: Gauge,
    bytes: Gauge,
}

impl Counters {
    pub(super) fn new(context: &Context) -> Self {
        let metrics = &context.shared.metrics;
        let id = context.id.to_string();
        let own: &[(&str, &str)] = &[("processor", &id)];
        Self {
            dropped: verdict(metrics, &id, "dropped", "false"),
            not_sampled: verdict(metrics, &id, "not_sampled", "false"),
            sampled: verdict(metrics, &id, "sampled", "true"),
            late_kept: late(metrics, &id, "true"),
            late_not_kept: late(metrics, &id, "false"),
            new_traces: metrics.counter(
                "otelcol_processor_tail_sampling_new_trace_id_received",
                "Traces that began.",
                own,
            ),
            too_early: metrics.counter(
                "otelcol_processor_tail_sampling_sampling_trace_dropped_too_early",
                "Traces that were decided on before their time, for want of room.",
                own,
            ),
            too_large: metrics.counter(
                "otelcol_processor_tail_sampling_traces_dropped_too_large",
                "Traces that were dropped because they are larger than maximum_trace_size_bytes.",
                own,
            ),
            on_memory: metrics.gauge(
                "otelcol_processor_tail_sampling_sampling_traces_on_memory",
                "Traces that wait for a decision.",
                own,
            ),
            bytes: metrics.gauge(
                "campanile_processor_tail_sampling_bytes",
                "Bytes of the payloads that have spans which wait for a decision.",
                own,
            ),
        }
    }

    pub(super) fn decided(&self, verdict: Verdict) {
        let counter = match verdict {
            Verdict::Dropped => &self.dropped,
            Verdict::NotSampled => &self.not_sampled,
            Verdict::Sampled => &self.sampled,
        };
        counter.add(1);
    }

    /// Counts spans that came after the decision.
    pub(super) fn late(&self, spans: u64, kept: bool) {
        let counter = if kept {
            &self.late_kept
        } else {
            &self.late_not_kept
        };
        counter.add(spans);
    }

    pub(super) fn new_trace(&self) {
        self.new_traces.add(1);
    }

    pub(super) fn too_early(&self) {
        self.too_early.add(1);
    }

    pub(super) fn too_large(&self) {
        self.too_large.add(1);
    }

    /// Shows what waits now.
    pub(super) fn show(&self, traces: usize, bytes: u64) {
        self.on_memory
            .set(i64::try_from(traces).unwrap_or(i64::MAX));
        self.bytes.set(i64::try_from(bytes).unwrap_or(i64::MAX));
    }
}

fn verdict(metrics: &Metrics, id: &str, decision: &str, sampled: &str) -> Counter {
    metrics.counter(
        "otelcol_processor_tail_sampling_global_count_traces_sampled",
        "Traces by what was decided on them.",
        &[
            ("decision", decision),
            ("processor", id),
            ("sampled", sampled),
        ],
    )
}

fn late(metrics: &Metrics, id: &str, sampled: &str) -> Counter {
    metrics.counter(
        "otelcol_processor_tail_sampling_early_releases_from_cache_decision",
        "Spans that came after the decision on their trace, and followed it.",
        &[("processor", id), ("sampled", sampled)],
    )
}
