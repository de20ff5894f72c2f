//! What a receiver counts: items by their fate, and what was not even telemetry.

use std::collections::BTreeMap;

use campanile_wire::otlp::Signal;

use crate::component::{Context, Refusal};
use crate::ops::{Counter, Metrics};

/// The items of one signal over one transport, by their fate.
///
/// | counter | what |
/// |---|---|
/// | `otelcol_receiver_accepted_*` | the pipeline took them |
/// | `otelcol_receiver_refused_*` | not taken, and trying again or repairing them may help: overload, shutdown, invalid ids |
/// | `otelcol_receiver_failed_*` | the pipeline will never take them |
#[derive(Clone, Debug)]
pub(super) struct Items {
    accepted: Counter,
    refused: Counter,
    failed: Counter,
}

impl Items {
    /// The counters of receiver `context.id`.
    pub(super) fn new(context: &Context, transport: &str, signal: Signal) -> Self {
        let receiver = context.id.to_string();
        let labels = [("receiver", receiver.as_str()), ("transport", transport)];
        let names = names(signal);
        let metrics = &context.shared.metrics;
        Self {
            accepted: metrics.counter(names[0], "Items that the pipeline took.", &labels),
            refused: metrics.counter(names[1], "Items that were sent back.", &labels),
            failed: metrics.counter(names[2], "Items that no pipeline will take.", &labels),
        }
    }

    /// Counts `items` that the pipeline took or refused.
    pub(super) fn count(&self, items: u64, outcome: &Result<(), Refusal>) {
        match outcome {
            Ok(()) => self.accepted.add(items),
            Err(Refusal::Rejected(_)) => self.failed.add(items),
            Err(Refusal::Overloaded { .. } | Refusal::ShuttingDown) => self.refuse(items),
        }
    }

    /// Counts `items` that never reached the pipeline.
    pub(super) fn refuse(&self, items: u64) {
        self.refused.add(items);
    }
}

const fn names(signal: Signal) -> [&'static str; 3] {
    match signal {
        Signal::Logs => [
            "otelcol_receiver_accepted_log_records",
            "otelcol_receiver_refused_log_records",
            "otelcol_receiver_failed_log_records",
        ],
        Signal::Metrics => [
            "otelcol_receiver_accepted_metric_points",
            "otelcol_receiver_refused_metric_points",
            "otelcol_receiver_failed_metric_points",
        ],
        Signal::Traces => [
            "otelcol_receiver_accepted_spans",
            "otelcol_receiver_refused_spans",
            "otelcol_receiver_failed_spans",
        ],
    }
}

/// `campanile_receiver_invalid{receiver, reason}`: input that was no telemetry. Each receiver names
/// its reasons when it is built, so that they are visible at zero and cannot grow in number.
#[derive(Clone, Debug)]
pub(super) struct Invalid(BTreeMap<&'static str, Counter>);

impl Invalid {
    /// One counter per reason.
    pub(super) fn new(context: &Context, reasons: &[&'static str]) -> Self {
        let receiver = context.id.to_string();
        let counter = |metrics: &Metrics, reason: &str| {
            let labels = [("receiver", receiver.as_str()), ("reason", reason)];
            let help = "Requests, messages and items that were not valid.";
            metrics.counter("campanile_receiver_invalid", help, &labels)
        };
        let metrics = &context.shared.metrics;
        Self(
            reasons
                .iter()
                .map(|reason| (*reason, counter(metrics, reason)))
                .collect(),
        )
    }

    /// Counts `amount` for `reason`.
    pub(super) fn count(&self, reason: &'static str, amount: u64) {
        self.0
            .get(reason)
            .expect("a receiver counts only the reasons it has named")
            .add(amount);
    }
}
