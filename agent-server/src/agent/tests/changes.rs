//! Tests of the comparison: nothing runs.

use super::super::Reloaded;
use super::config;
use crate::pipeline::{Change, Changes};

/// What these settings change, in words.
fn changed(settings: &[&str]) -> String {
    let (old, new) = (config("changes", &[]), config("changes", settings));
    Reloaded::from(&Changes::between(Some(&old), &new)).to_string()
}

#[test]
fn at_the_start_everything_is_new() {
    let config = config("changes", &[]);
    let changes = Changes::between(None, &config);
    for section in [&changes.receivers, &changes.exporters, &changes.processors] {
        assert!(!section.is_empty());
        assert!(section.values().all(|change| *change == Change::Added));
    }
    assert_eq!(changes.metrics, Change::Kept);
}

#[test]
fn only_what_differs_is_named() {
    let table: [(&[&str], &str); 12] = [
        (&[], "nothing has changed"),
        (&["receivers.otlp.fails=false"], "nothing has changed"),
        (&["receivers.otlp.fails=true"], "restarted receivers.otlp"),
        (
            &["processors.batch.timeout=9s"],
            "restarted processors.batch",
        ),
        (&["exporters.otlp.endpoint=a"], "restarted exporters.otlp"),
        (
            &["service.extensions=[zpages]"],
            "stopped extensions.health_check",
        ),
        (
            &["service.extensions=[health_check, zpages]"],
            "nothing has changed",
        ),
        (
            &["service.pipelines.traces.exporters=[otlp]"],
            "stopped exporters.store; connected service.pipelines.traces",
        ),
        // It hears of one signal less.
        (
            &["service.pipelines.traces.receivers=[opencensus]"],
            "restarted receivers.otlp; connected service.pipelines.traces",
        ),
        (
            &["service.telemetry.metrics.level=basic"],
            "started service.telemetry.metrics",
        ),
        (
            &["service.telemetry.logs={level: warn, encoding: json}"],
            "applied service.telemetry.logs.level; restart to apply \
             service.telemetry.logs.encoding",
        ),
        (
            &["service.telemetry.resource={a: b}"],
            "applied service.telemetry.resource",
        ),
    ];
    for (settings, expected) in table {
        assert_eq!(changed(settings), expected, "{settings:?}");
    }
}
