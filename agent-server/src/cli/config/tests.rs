//! Tests of `campanile config`.

use clap::ValueEnum as _;
use serde_json::Value;

use super::init::Preset;
use crate::cli::CliError;
use crate::cli::tests::{file, run};

fn name(preset: Preset) -> String {
    let value = preset.to_possible_value().expect("none is hidden");
    value.get_name().to_owned()
}

#[test]
fn every_preset_is_valid_without_warnings() {
    for preset in Preset::value_variants() {
        let name = name(*preset);
        let ran = run(&["config", "init", "--preset", &name]);
        assert_eq!(ran.out, preset.text(), "{name}");
        let (_file, path) = file(&ran.out);
        let ran = run(&["validate", "--strict", "--no-env", "-c", &path]);
        assert!(ran.outcome.is_ok(), "{name}: {:?}", ran.outcome);
        assert_eq!(ran.err, "", "{name}");
    }
}

#[test]
fn a_file_that_exists_is_replaced_only_by_force() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("agent.yaml");
    let shown = path.to_str().expect("text");
    let ran = run(&["config", "init", "--output", shown]);
    assert!(ran.outcome.is_ok(), "{:?}", ran.outcome);
    assert!(ran.err.contains("next: campanile validate"), "{}", ran.err);
    std::fs::write(&path, "mine").expect("written");
    let ran = run(&["config", "init", "--output", shown]);
    let Err(CliError::Failed(message)) = ran.outcome else {
        panic!("{:?}", ran.outcome);
    };
    assert!(message.contains("--force"), "{message}");
    assert_eq!(std::fs::read_to_string(&path).expect("read"), "mine");
    let ran = run(&[
        "config", "init", "-o", shown, "--force", "--preset", "gateway",
    ]);
    assert!(ran.outcome.is_ok(), "{:?}", ran.outcome);
    assert_eq!(
        std::fs::read_to_string(&path).expect("read"),
        Preset::Gateway.text()
    );
}

#[test]
fn the_effective_configuration_has_the_defaults_and_no_secrets() {
    let (_file, path) = file(
        "receivers: {opencensus: {endpoint: 'localhost:0'}}
exporters:
  otlp:
    endpoint: 'http://${env:SECRET}:4317'
    headers: {a: '${env:SECRET}', b: hunter2, c: 'Bearer ${env:SECRET}'}
    sending_queue: {queue_size: '${env:SIZE:-77}'}
service: {pipelines: {traces: {receivers: [opencensus], exporters: [otlp]}}}
",
    );
    let printed = run(&["config", "print", "--effective", "-c", &path]).out;
    assert!(!printed.contains("hunter2"), "{printed}");
    for part in [
        "endpoint: http://${env:SECRET}:4317",
        "a: ${env:SECRET}",
        "b: \"[redacted]\"",
        "c: Bearer ${env:SECRET}",
        "queue_size: ${env:SIZE:-77}",
        "num_consumers: 10",
        "level: info",
    ] {
        assert!(printed.contains(part), "{part}: {printed}");
    }
}

#[test]
fn what_is_effective_is_valid_and_stays_as_it_is() {
    for preset in Preset::value_variants() {
        let (_file, path) = file(preset.text());
        let once = run(&["config", "print", "--effective", "-c", &path]);
        let (_file, path) = file(&once.out);
        let again = run(&["config", "print", "--effective", "-c", &path]);
        assert!(again.outcome.is_ok(), "{preset:?}: {:?}", again.outcome);
        assert_eq!(again.out, once.out, "{preset:?}");
    }
}

#[test]
fn the_schema_names_its_draft_and_every_section() {
    let ran = run(&["config", "schema"]);
    let schema: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    for section in [
        "connectors",
        "receivers",
        "processors",
        "exporters",
        "extensions",
        "service",
    ] {
        assert!(schema["properties"][section].is_object(), "{section}");
    }
}
