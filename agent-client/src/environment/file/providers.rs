//! `tracer_provider`, `meter_provider` and `logger_provider`.

use super::exporter::Exporter;
use super::sampler;
use super::section::Section;
use crate::environment::batching::{
    AGGREGATIONS, EXEMPLARS, EXPLICIT, EXPORT_TIMEOUT, is_exponential, temporality_of,
};
use crate::environment::{Batching, Collection, Destination, Settings};

/// A signal without a provider is not recorded.
pub(super) fn traces(root: &mut Section<'_>, settings: &mut Settings) {
    settings.traces.export = false;
    let Some(mut provider) = root.section("tracer_provider") else {
        return;
    };
    if let Some(mut sampler) = provider.section("sampler") {
        settings.sampler = sampler::read(&mut sampler).unwrap_or_default();
    }
    let mut section = provider.section_or_empty("limits");
    let limits = &mut settings.limits;
    let mut count = |key, limit: &mut u32| {
        *limit = section.number(key, 0, Some(*limit)).unwrap_or(*limit);
    };
    count("attribute_count_limit", &mut limits.attributes_per_span);
    count("event_count_limit", &mut limits.events_per_span);
    count("link_count_limit", &mut limits.links_per_span);
    count(
        "event_attribute_count_limit",
        &mut limits.attributes_per_event,
    );
    count(
        "link_attribute_count_limit",
        &mut limits.attributes_per_link,
    );
    limits.value_chars = section.number("attribute_value_length_limit", 0, limits.value_chars);
    if let Some((batching, destination)) = processors(&mut provider) {
        settings.trace_batching = batching;
        settings.traces = destination;
    }
}

pub(super) fn logs(root: &mut Section<'_>, settings: &mut Settings) {
    settings.logs.export = false;
    let Some(mut provider) = root.section("logger_provider") else {
        return;
    };
    let mut section = provider.section_or_empty("limits");
    let limits = &mut settings.limits;
    let count = &mut limits.attributes_per_log;
    let read = section.number("attribute_count_limit", 0, Some(*count));
    *count = read.unwrap_or(*count);
    let chars = limits.log_value_chars;
    limits.log_value_chars = section.number("attribute_value_length_limit", 0, chars);
    if let Some((batching, destination)) = processors(&mut provider) {
        settings.log_batching = batching;
        settings.logs = destination;
    }
}

pub(super) fn metrics(root: &mut Section<'_>, settings: &mut Settings) {
    settings.metrics.export = false;
    let Some(mut provider) = root.section("meter_provider") else {
        return;
    };
    let parse = |value: &str| (value == "always_off").then_some(());
    let _ = provider.parse("exemplar_filter", EXEMPLARS, "always_off", parse);
    let mut found = None;
    for mut reader in provider.list("readers") {
        if found.is_none() {
            let periodic = reader.section("periodic");
            found = periodic.and_then(|mut section| periodic_reader(&mut section));
        }
    }
    match found {
        Some((collection, destination)) => {
            settings.collection = collection;
            settings.metrics = destination;
        }
        None => nobody(&provider, "readers", "a periodic reader"),
    }
}

/// The first batch processor with an exporter of OTLP. There is one way to the agent, so the
/// others are not supported.
fn processors(provider: &mut Section<'_>) -> Option<(Batching, Destination)> {
    let mut found = None;
    for mut processor in provider.list("processors") {
        if found.is_none() {
            let batch = processor.section("batch");
            found = batch.and_then(|mut section| batch_processor(&mut section));
        }
    }
    if found.is_none() {
        nobody(provider, "processors", "a batch processor");
    }
    found
}

fn nobody(provider: &Section<'_>, key: &str, wanted: &str) {
    let accepted = format!("{wanted} with an exporter otlp_http or otlp_grpc");
    provider.bad(key, "none that is supported", &accepted, "no export");
}

fn batch_processor(section: &mut Section<'_>) -> Option<(Batching, Destination)> {
    let mut destination = Exporter::of(section)?.destination();
    let timeout = section.timeout("export_timeout", EXPORT_TIMEOUT);
    destination.timeout = destination.timeout.min(timeout);
    let default = Batching::default();
    let max_batch = section.number("max_export_batch_size", 1, Some(default.max_batch));
    let max_batch = max_batch.unwrap_or(default.max_batch);
    let max_buffer = section.number("max_queue_size", 1, None);
    let batching = Batching {
        schedule_delay: section.millis("schedule_delay", 0, default.schedule_delay),
        // A batch that the buffer cannot hold would never be full.
        max_batch: max_buffer.map_or(max_batch, |max_buffer: usize| max_buffer.min(max_batch)),
        max_buffer,
    };
    Some((batching, destination))
}

fn periodic_reader(section: &mut Section<'_>) -> Option<(Collection, Destination)> {
    let mut exporter = Exporter::of(section)?;
    let otlp = &mut exporter.section;
    let key = "temporality_preference";
    let accepted = "cumulative, delta or low_memory";
    let temporality = otlp.parse(key, accepted, "cumulative", temporality_of);
    let key = "default_histogram_aggregation";
    let exponential = otlp.parse(key, AGGREGATIONS, EXPLICIT, is_exponential);
    let mut destination = exporter.destination();
    let timeout = section.timeout("timeout", EXPORT_TIMEOUT);
    destination.timeout = destination.timeout.min(timeout);
    let collection = Collection {
        interval: section.millis("interval", 1, Collection::default().interval),
        temporality: temporality.unwrap_or_default(),
        exponential_histograms: exponential.unwrap_or_default(),
    };
    Some((collection, destination))
}
