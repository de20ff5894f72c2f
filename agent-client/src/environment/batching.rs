//! `OTEL_BSP_*`, `OTEL_BLRP_*` and `OTEL_METRIC*`: how items are gathered.

use std::time::Duration;

use opentelemetry_sdk::metrics::Temporality;

use super::reader::Reader;
use super::{Batching, Collection, Destination};

/// The names of one signal's settings.
struct Names {
    delay: &'static str,
    export_timeout: &'static str,
    max_batch: &'static str,
    max_buffer: &'static str,
}

static LOGS: Names = Names {
    delay: "OTEL_BLRP_SCHEDULE_DELAY",
    export_timeout: "OTEL_BLRP_EXPORT_TIMEOUT",
    max_batch: "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE",
    max_buffer: "OTEL_BLRP_MAX_QUEUE_SIZE",
};
static TRACES: Names = Names {
    delay: "OTEL_BSP_SCHEDULE_DELAY",
    export_timeout: "OTEL_BSP_EXPORT_TIMEOUT",
    max_batch: "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    max_buffer: "OTEL_BSP_MAX_QUEUE_SIZE",
};
/// The batching processors' own time limit where none is given.
pub(super) const EXPORT_TIMEOUT: Duration = Duration::from_secs(30);
pub(super) const EXPLICIT: &str = "explicit_bucket_histogram";
pub(super) const AGGREGATIONS: &str =
    "explicit_bucket_histogram or base2_exponential_bucket_histogram";
/// The SDK takes no exemplars, so there is one filter that it can be asked for.
pub(super) const EXEMPLARS: &str = "always_off (the SDK for Rust takes no exemplars)";

pub(super) fn traces(reader: &mut Reader<'_>, destination: &mut Destination) -> Batching {
    read(reader, &TRACES, destination)
}

pub(super) fn logs(reader: &mut Reader<'_>, destination: &mut Destination) -> Batching {
    read(reader, &LOGS, destination)
}

/// The shorter of the two time limits of an export counts.
fn read(reader: &mut Reader<'_>, names: &Names, destination: &mut Destination) -> Batching {
    let default = Batching::default();
    let timeout = reader.timeout(&[names.export_timeout], EXPORT_TIMEOUT);
    destination.timeout = destination.timeout.min(timeout);
    let max_buffer = reader.number(&[names.max_buffer], 1, None);
    Batching {
        schedule_delay: reader.millis(&[names.delay], 0, default.schedule_delay),
        max_batch: max_batch(reader, names, max_buffer),
        max_buffer,
    }
}

/// A batch that the buffer cannot hold would never be full.
fn max_batch(reader: &mut Reader<'_>, names: &Names, max_buffer: Option<usize>) -> usize {
    let default = Batching::default().max_batch;
    let read = reader.number(&[names.max_batch], 1, Some(default));
    let max_batch = read.unwrap_or(default);
    let Some(max_buffer) = max_buffer.filter(|max_buffer| *max_buffer < max_batch) else {
        return max_batch;
    };
    if max_batch != default {
        let accepted = format!("at most {}", names.max_buffer);
        let (value, used) = (max_batch.to_string(), max_buffer.to_string());
        reader.warn(names.max_batch, value, accepted, used);
    }
    max_buffer
}

/// <https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#periodic-exporting-metricreader>
pub(super) fn metrics(reader: &mut Reader<'_>, destination: &mut Destination) -> Collection {
    let timeout = reader.timeout(&["OTEL_METRIC_EXPORT_TIMEOUT"], EXPORT_TIMEOUT);
    destination.timeout = destination.timeout.min(timeout);
    let default = Collection::default();
    exemplars(reader);
    Collection {
        interval: reader.millis(&["OTEL_METRIC_EXPORT_INTERVAL"], 1, default.interval),
        temporality: temporality(reader),
        exponential_histograms: exponential_histograms(reader),
    }
}

fn exemplars(reader: &mut Reader<'_>) {
    let parse = |value: &str| (value == "always_off").then_some(());
    let variable = "OTEL_METRICS_EXEMPLAR_FILTER";
    let _ = reader.name(&[variable], EXEMPLARS, "always_off", parse);
}

fn temporality(reader: &mut Reader<'_>) -> Temporality {
    let variable = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";
    let accepted = "cumulative, delta or lowmemory";
    let parsed = reader.name(&[variable], accepted, "cumulative", temporality_of);
    parsed.unwrap_or_default()
}

/// A configuration file writes the last one in two words.
pub(super) fn temporality_of(name: &str) -> Option<Temporality> {
    match name {
        "cumulative" => Some(Temporality::Cumulative),
        "delta" => Some(Temporality::Delta),
        "low_memory" | "lowmemory" => Some(Temporality::LowMemory),
        _ => None,
    }
}

fn exponential_histograms(reader: &mut Reader<'_>) -> bool {
    let variable = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";
    let parsed = reader.name(&[variable], AGGREGATIONS, EXPLICIT, is_exponential);
    parsed.unwrap_or_default()
}

pub(super) fn is_exponential(aggregation: &str) -> Option<bool> {
    match aggregation {
        EXPLICIT => Some(false),
        "base2_exponential_bucket_histogram" => Some(true),
        _ => None,
    }
}
