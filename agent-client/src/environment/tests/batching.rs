//! `OTEL_BSP_*`, `OTEL_BLRP_*`, `OTEL_METRIC*`.

use opentelemetry_sdk::metrics::Temporality;

use super::{bad, bad_of, but, good, millis};
use crate::environment::{Batching, Destination, Settings};

/// The prefix of the variables of a signal, and what they are about.
type Part = fn(&mut Settings) -> (&mut Batching, &mut Destination);

const PARTS: [(&str, Part); 2] = [
    ("OTEL_BSP", |settings| {
        (&mut settings.trace_batching, &mut settings.traces)
    }),
    ("OTEL_BLRP", |settings| {
        (&mut settings.log_batching, &mut settings.logs)
    }),
];

#[test]
fn the_delay_may_be_no_time_at_all() {
    for (prefix, part) in PARTS {
        let name = format!("{prefix}_SCHEDULE_DELAY");
        for (value, delay) in [("0", 0), ("70", 70)] {
            let expected = but(|settings| part(settings).0.schedule_delay = millis(delay));
            assert_eq!(good(&[(&name, value)]), expected, "{name}");
        }
        assert_eq!(bad(&name, "soon").used, "1000");
    }
}

#[test]
fn the_largest_batch_holds_at_least_one() {
    for (prefix, part) in PARTS {
        let name = format!("{prefix}_MAX_EXPORT_BATCH_SIZE");
        let expected = but(|settings| part(settings).0.max_batch = 7);
        assert_eq!(good(&[(&name, "7")]), expected, "{name}");
        for value in ["0", "-1", "all"] {
            assert_eq!(bad(&name, value).used, "512");
        }
    }
}

#[test]
fn the_buffer_is_bounded_in_bytes_unless_a_number_is_given() {
    for (prefix, part) in PARTS {
        let name = format!("{prefix}_MAX_QUEUE_SIZE");
        let expected = but(|settings| part(settings).0.max_buffer = Some(2048));
        assert_eq!(good(&[(&name, "2048")]), expected, "{name}");
        for value in ["0", "-1"] {
            assert_eq!(bad(&name, value).used, "no limit");
        }
    }
}

#[test]
fn a_batch_is_not_larger_than_the_buffer() {
    for (prefix, part) in PARTS {
        let batch = format!("{prefix}_MAX_EXPORT_BATCH_SIZE");
        let queue = format!("{prefix}_MAX_QUEUE_SIZE");
        let expected = but(|settings| {
            let (batching, _) = part(settings);
            batching.max_batch = 9;
            batching.max_buffer = Some(9);
        });
        assert_eq!(good(&[(&queue, "9")]), expected);
        assert_eq!(good(&[(&queue, "9"), (&batch, "9")]), expected);
        let (settings, warning) = bad_of(&[(&queue, "9"), (&batch, "10")], &batch);
        assert_eq!(settings, expected);
        assert_eq!((&*warning.value, &*warning.used), ("10", "9"));
        assert!(warning.accepted.contains(&queue), "{warning}");
    }
}

#[test]
fn of_two_time_limits_the_shorter_counts() {
    for (prefix, part) in PARTS {
        let name = format!("{prefix}_EXPORT_TIMEOUT");
        let expected = but(|settings| part(settings).1.timeout = millis(70));
        assert_eq!(good(&[(&name, "70")]), expected, "{name}");
        assert_eq!(good(&[(&name, "70000")]), Settings::default());
        assert_eq!(good(&[(&name, "0")]), Settings::default(), "no limit");
        assert_eq!(bad(&name, "x").used, "30000");
    }
}

#[test]
fn without_any_time_limit_an_export_may_take_for_ever() {
    let settings = good(&[
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "0"),
        ("OTEL_METRIC_EXPORT_TIMEOUT", "0"),
    ]);
    let expected = but(|settings| {
        settings.metrics.timeout = Settings::LONGEST;
        settings.traces.timeout = millis(30_000);
        settings.logs.timeout = millis(30_000);
    });
    assert_eq!(settings, expected);
}

#[test]
fn metrics_are_collected_at_an_interval() {
    let name = "OTEL_METRIC_EXPORT_INTERVAL";
    let expected = but(|settings| settings.collection.interval = millis(1));
    assert_eq!(good(&[(name, "1")]), expected);
    for value in ["0", "-1", "1m"] {
        assert_eq!(bad(name, value).used, "60000");
    }
}

#[test]
fn the_export_of_metrics_has_a_time_limit() {
    let name = "OTEL_METRIC_EXPORT_TIMEOUT";
    let expected = but(|settings| settings.metrics.timeout = millis(70));
    assert_eq!(good(&[(name, "70")]), expected);
    assert_eq!(good(&[(name, "70000")]), Settings::default());
    assert_eq!(bad(name, "-1").used, "30000");
}

#[test]
fn the_exemplars_can_only_be_off() {
    let name = "OTEL_METRICS_EXEMPLAR_FILTER";
    for value in ["always_off", "ALWAYS_OFF"] {
        assert_eq!(good(&[(name, value)]), Settings::default());
    }
    for value in ["always_on", "trace_based", "x"] {
        assert_eq!(bad(name, value).used, "always_off");
    }
}

#[test]
fn points_count_from_one_of_three_beginnings() {
    let name = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";
    for (value, temporality) in [
        ("cumulative", Temporality::Cumulative),
        ("Delta", Temporality::Delta),
        ("LowMemory", Temporality::LowMemory),
    ] {
        let expected = but(|settings| settings.collection.temporality = temporality);
        assert_eq!(good(&[(name, value)]), expected);
    }
    assert_eq!(bad(name, "low").used, "cumulative");
}

#[test]
fn histograms_have_buckets_of_two_kinds() {
    let name = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";
    let exponential = "base2_exponential_bucket_histogram";
    let expected = but(|settings| settings.collection.exponential_histograms = true);
    assert_eq!(good(&[(name, exponential)]), expected);
    let loud = exponential.to_ascii_uppercase();
    assert_eq!(good(&[(name, &loud)]), expected);
    let explicit = "explicit_bucket_histogram";
    assert_eq!(good(&[(name, explicit)]), Settings::default());
    assert_eq!(bad(name, "summary").used, explicit);
}
