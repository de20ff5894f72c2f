//! The embedded default.

use super::environment;
use crate::config::{Inputs, Report};
use crate::pipeline::Plan;
use crate::registries::Registries;
use crate::testing::REGISTRIES;

fn plan(variables: &[(&str, &str)]) -> String {
    let config = Inputs::default()
        .load(&environment(variables), &REGISTRIES)
        .map_err(|report| report.to_string())
        .expect("the default is valid");
    assert_eq!(config.warnings, Report::default());
    Plan::of(&config.service).to_string()
}

#[test]
fn the_default_keeps_traces() {
    let expected = "\
extension health_check
extension zpages
receiver jaeger -> traces
receiver opencensus -> traces
receiver otlp -> traces
receiver zipkin -> traces
pipeline traces -> batch
  lane -> store
";
    assert_eq!(plan(&[]), expected);
    // Nothing, and the agent itself, is not a place to export to.
    for endpoint in ["", "http://localhost:4317", "http://127.0.0.1:4318"] {
        assert_eq!(plan(&[("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)]), expected);
    }
}

#[test]
fn an_endpoint_in_the_environment_adds_an_exporter_for_every_signal() {
    let expected = "\
extension health_check
extension zpages
receiver jaeger -> traces
receiver opencensus -> traces
receiver otlp -> traces, metrics, logs
receiver zipkin -> traces
pipeline traces -> batch
  lane -> store
  lane -> otlp
pipeline metrics -> batch
  lane -> otlp
pipeline logs -> batch
  lane -> otlp
";
    assert_eq!(
        plan(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://backend:4317")]),
        expected
    );
}

#[test]
fn the_protocol_in_the_environment_chooses_the_exporter() {
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://backend:4318"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
    ];
    let root = Inputs::default()
        .merged(&environment(&variables))
        .expect("valid YAML");
    let json = root.to_json();
    let endpoint = &json["exporters"]["otlphttp"]["endpoint"];
    assert_eq!(endpoint, "${env:OTEL_EXPORTER_OTLP_ENDPOINT}");
    for (signal, exporters) in [("traces", "store otlphttp"), ("logs", "otlphttp")] {
        let list = json["service"]["pipelines"][signal]["exporters"].as_array();
        let list = list
            .expect("a list")
            .iter()
            .filter_map(|item| item.as_str());
        assert_eq!(list.collect::<Vec<_>>().join(" "), exporters);
    }
}

#[test]
fn keep_names_the_directory_of_the_store() {
    let inputs = Inputs {
        keep: Some("/tmp/a $dir: [x]".into()),
        ..Inputs::default()
    };
    let config = inputs.load(&environment(&[]), &REGISTRIES).expect("valid");
    let store = config.exporters.values().next().expect("the store");
    assert_eq!(store.value["directory"], "/tmp/a $dir: [x]");
}

#[test]
fn a_mistake_on_top_of_the_default_is_reported_with_its_source() {
    let inputs = Inputs {
        settings: vec!["service.pipelines.traces.exporters=".to_owned()],
        ..Inputs::default()
    };
    let report = inputs
        .load(&environment(&[]), &REGISTRIES)
        .expect_err("no exporter");
    let expected = "--set:1:1: pipeline `traces` has no exporters (add `exporters: [...]`)";
    assert_eq!(report.to_string(), expected);
}

#[test]
fn the_default_is_valid_for_the_components_that_are_built_in() {
    let to = |protocol| {
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://backend.example:4317"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
        ]
    };
    for variables in [&[][..], &to("grpc"), &to("http/protobuf")] {
        let config = Inputs::default().load(&environment(variables), &Registries::builtin());
        let config = config.map_err(|report| report.to_string()).expect("valid");
        assert_eq!(config.warnings.to_string(), "");
    }
}

#[test]
fn the_default_listens_where_the_components_do_by_default() {
    let config = Inputs::default().load(&environment(&[]), &Registries::builtin());
    let config = config.map_err(|report| report.to_string()).expect("valid");
    for receiver in config.receivers.values() {
        let without = receiver.entry.defaults();
        let written = receiver.entry.effective(&receiver.value).expect("valid");
        assert_eq!(written, without, "{:?}", receiver.written());
    }
}
