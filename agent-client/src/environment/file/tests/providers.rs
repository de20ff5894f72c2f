//! Samplers, limits, processors and readers.

use std::time::Duration;

use opentelemetry_sdk::metrics::Temporality;

use super::{bad, but, good};
use crate::environment::{Destination, Settings, TraceSampler};

const OTLP: &str = "exporter: {otlp_grpc: }";

fn traces(text: &str) -> String {
    format!("tracer_provider:\n  processors: [batch: {{{OTLP}}}]\n  {text}\n")
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A file with a provider of traces.
fn but_traces(change: impl FnOnce(&mut Settings)) -> Settings {
    but(|settings| {
        settings.traces.export = true;
        change(settings);
    })
}

#[test]
fn every_sampler_has_a_section() {
    for (text, sampler) in [
        ("always_on: ", TraceSampler::AlwaysOn),
        ("always_off: {}", TraceSampler::AlwaysOff),
        (
            "trace_id_ratio_based: {ratio: 0.5}",
            TraceSampler::TraceIdRatio(0.5),
        ),
        ("trace_id_ratio_based: ", TraceSampler::TraceIdRatio(1.0)),
        ("parent_based: ", TraceSampler::ParentBasedAlwaysOn),
        (
            "parent_based: {root: {always_on: }}",
            TraceSampler::ParentBasedAlwaysOn,
        ),
        (
            "parent_based: {root: {always_off: }, remote_parent_sampled: {always_on: }, \
             remote_parent_not_sampled: {always_off: }, local_parent_sampled: {always_on: }, \
             local_parent_not_sampled: {always_off: }}",
            TraceSampler::ParentBasedAlwaysOff,
        ),
        (
            "parent_based: {root: {trace_id_ratio_based: {ratio: 1e-1}}}",
            TraceSampler::ParentBasedTraceIdRatio(0.1),
        ),
    ] {
        let settings = good(&traces(&format!("sampler: {{{text}}}")));
        let expected = but_traces(|settings| settings.sampler = sampler);
        assert_eq!(settings, expected, "{text}");
    }
}

#[test]
fn a_sampler_that_is_not_there_is_the_default() {
    for (text, value) in [
        (
            "jaeger_remote/development: {endpoint: x}",
            "tracer_provider.sampler.jaeger_remote/development",
        ),
        (
            "trace_id_ratio_based: {ratio: 2}",
            "tracer_provider.sampler.trace_id_ratio_based.ratio: 2",
        ),
        (
            "parent_based: {remote_parent_sampled: {always_off: }}",
            "tracer_provider.sampler.parent_based.remote_parent_sampled.always_off",
        ),
        (
            "parent_based: {root: {parent_based: }}",
            "tracer_provider.sampler.parent_based.root.parent_based",
        ),
        ("always_on: 5", "tracer_provider.sampler.always_on: 5"),
    ] {
        let (settings, warning) = bad(&traces(&format!("sampler: {{{text}}}")));
        assert_eq!(warning.value, value);
        let ratio = text
            .contains("ratio")
            .then_some(TraceSampler::TraceIdRatio(1.0));
        let expected = but_traces(|settings| settings.sampler = ratio.unwrap_or_default());
        assert_eq!(settings, expected);
    }
}

#[test]
fn limits_of_a_span_win_over_general_ones() {
    let text = "attribute_limits: {attribute_count_limit: 1, attribute_value_length_limit: 2}\n";
    let limits = "limits: {attribute_count_limit: 3, attribute_value_length_limit: 4, \
                  event_count_limit: 5, link_count_limit: 6, event_attribute_count_limit: 7, \
                  link_attribute_count_limit: 8}";
    let expected = but_traces(|settings| {
        let limits = &mut settings.limits;
        limits.attributes_per_span = 3;
        limits.value_chars = Some(4);
        limits.events_per_span = 5;
        limits.links_per_span = 6;
        limits.attributes_per_event = 7;
        limits.attributes_per_link = 8;
        limits.attributes_per_log = 1;
        limits.log_value_chars = Some(2);
    });
    assert_eq!(good(&format!("{text}{}", traces(limits))), expected);
}

#[test]
fn limits_of_a_log_record_win_over_general_ones() {
    let text = format!(
        "attribute_limits: {{attribute_count_limit: 1, attribute_value_length_limit: 2}}
logger_provider:
  limits: {{attribute_count_limit: 3, attribute_value_length_limit: 4}}
  processors: [batch: {{{OTLP}}}]
"
    );
    let expected = but(|settings| {
        settings.logs.export = true;
        let limits = &mut settings.limits;
        limits.attributes_per_span = 1;
        limits.value_chars = Some(2);
        limits.attributes_per_log = 3;
        limits.log_value_chars = Some(4);
    });
    assert_eq!(good(&text), expected);
}

#[test]
fn a_batch_processor_says_how_items_are_gathered() {
    let batch = format!(
        "batch: {{schedule_delay: 7, export_timeout: 8, max_queue_size: 9, \
         max_export_batch_size: 5, {OTLP}}}"
    );
    let text = format!(
        "tracer_provider: {{processors: [{batch}]}}\nlogger_provider: {{processors: [{batch}]}}"
    );
    let expected = but(|settings| {
        for destination in [&mut settings.traces, &mut settings.logs] {
            destination.export = true;
            destination.timeout = millis(8);
        }
        for batching in [&mut settings.trace_batching, &mut settings.log_batching] {
            batching.schedule_delay = millis(7);
            batching.max_buffer = Some(9);
            batching.max_batch = 5;
        }
    });
    assert_eq!(good(&text), expected);
}

#[test]
fn a_batch_is_not_larger_than_the_buffer() {
    let text = format!("tracer_provider: {{processors: [batch: {{max_queue_size: 9, {OTLP}}}]}}");
    assert_eq!(good(&text).trace_batching.max_batch, 9);
}

#[test]
fn a_time_limit_of_zero_is_none() {
    let text = "logger_provider: {processors: [batch: {export_timeout: 0, exporter: \
                {otlp_http: {timeout: 0}}}]}";
    assert_eq!(good(text).logs.timeout, Settings::LONGEST);
}

#[test]
fn a_periodic_reader_says_how_metrics_are_collected() {
    let text = "
meter_provider:
  exemplar_filter: always_off
  readers:
    - periodic:
        interval: 7
        timeout: 8
        exporter:
          otlp_grpc:
            temporality_preference: low_memory
            default_histogram_aggregation: base2_exponential_bucket_histogram
";
    let expected = but(|settings| {
        settings.metrics = Destination {
            timeout: millis(8),
            ..Destination::default()
        };
        settings.collection.interval = millis(7);
        settings.collection.temporality = Temporality::LowMemory;
        settings.collection.exponential_histograms = true;
    });
    assert_eq!(good(text), expected);
}

#[test]
fn a_bad_value_of_a_processor_or_reader_is_the_default() {
    for (text, value, used) in [
        (
            "tracer_provider: {processors: [batch: {schedule_delay: soon, OTLP}]}",
            "tracer_provider.processors[0].batch.schedule_delay: soon",
            "1000",
        ),
        (
            "tracer_provider: {processors: [batch: {max_queue_size: 0, OTLP}]}",
            "tracer_provider.processors[0].batch.max_queue_size: 0",
            "no limit",
        ),
        (
            "tracer_provider: {processors: [batch: {max_export_batch_size: [], OTLP}]}",
            "tracer_provider.processors[0].batch.max_export_batch_size: a list",
            "nothing",
        ),
        (
            "meter_provider: {readers: [periodic: {interval: 0, OTLP}]}",
            "meter_provider.readers[0].periodic.interval: 0",
            "60000",
        ),
        (
            "meter_provider: {exemplar_filter: trace_based, readers: [periodic: {OTLP}]}",
            "meter_provider.exemplar_filter: trace_based",
            "always_off",
        ),
    ] {
        let (settings, warning) = bad(&text.replace("OTLP", OTLP));
        assert_eq!((&*warning.value, &*warning.used), (value, used));
        let expected = but(|settings| {
            settings.traces.export = text.starts_with("tracer");
            settings.metrics.export = text.starts_with("meter");
        });
        assert_eq!(settings, expected);
    }
}
