//! Several texts as one configuration.

use std::fs;
use std::path::PathBuf;

use serde_json::json;

use super::{environment, tree};
use crate::config::Inputs;
use crate::config::merge::merge;
use crate::config::set::setting;
use crate::testing::REGISTRIES;

fn merged(texts: &[&str]) -> serde_json::Value {
    let layers = texts.iter().map(|text| tree(text));
    layers.reduce(merge).expect("a layer").to_json()
}

#[test]
fn maps_merge_and_everything_else_replaces() {
    let value = merged(&[
        "a: {x: 1, y: [1, 2]}\nb: text\nc: {z: 1}\n",
        "a: {y: [3], w: }\nb: {now: a map}\nc: 7\nd: new\n",
    ]);
    let expected = json!({
        "a": {"x": 1, "y": [3], "w": null},
        "b": {"now": "a map"},
        "c": 7,
        "d": "new",
    });
    assert_eq!(value, expected);
}

#[test]
fn a_key_without_a_value_takes_nothing_away() {
    let value = merged(&["a: {x: 1}\n", "a:\n"]);
    assert_eq!(value, json!({"a": {"x": 1}}));
}

#[test]
fn settings_are_yaml_values_under_dotted_keys() {
    for (text, expected) in [
        ("a.b=1", json!({"a": {"b": 1}})),
        ("a=", json!({"a": null})),
        ("a.b=[x, y]", json!({"a": {"b": ["x", "y"]}})),
        ("a.b=c=d", json!({"a": {"b": "c=d"}})),
        (
            "a::b.c::d=localhost:1",
            json!({"a": {"b.c": {"d": "localhost:1"}}}),
        ),
    ] {
        let node = setting(text).expect(text);
        assert_eq!(node.to_json(), expected, "{text}");
    }
}

#[test]
fn settings_that_are_none_say_what_to_write() {
    for (text, expected) in [
        (
            "timeout",
            "--set:1:1: `timeout` has no `=` (write `--set KEY=VALUE`, such as \
             `--set processors.batch.timeout=1s`)",
        ),
        (
            "a..b=1",
            "--set:1:1: `a..b` has an empty part (write `--set KEY=VALUE`, such as \
             `--set processors.batch.timeout=1s`)",
        ),
    ] {
        let problem = setting(text).expect_err(text);
        assert_eq!(problem.to_string(), expected);
    }
    assert!(setting("a=[1").is_err());
}

#[test]
fn a_wrong_setting_is_blamed_and_not_the_file_below_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("agent.yaml");
    let text = "receivers: {otlp: {endpoint: 'localhost:1'}}\nexporters: {otlp: }\n\
                service: {pipelines: {traces: {receivers: [otlp], exporters: [otlp]}}}\n";
    fs::write(&path, text).expect("written");
    let inputs = Inputs {
        files: vec![path],
        settings: vec!["receivers.otlp.endpoint=nowhere".to_owned()],
        ..Inputs::default()
    };
    let report = inputs
        .load(&environment(&[]), &REGISTRIES)
        .expect_err("no endpoint");
    let expected = "--set:1:25: `receivers.otlp.endpoint`: `nowhere` is not an endpoint; \
                    write `host:port`, such as `127.0.0.1:4317`";
    assert_eq!(report.to_string(), expected);
}

#[test]
fn each_error_names_the_file_it_is_in() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = |name: &str, text: &str| {
        let path = directory.path().join(name);
        fs::write(&path, text).expect("written");
        path
    };
    let files = vec![
        file(
            "a.yaml",
            "receivers: {otlp: {colour: red}}\nexporters: {otlp: }\n",
        ),
        file(
            "b.yaml",
            "service:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [oltp]}\n",
        ),
    ];
    let report = load(files).expect_err("two mistakes").to_string();
    let lines: Vec<_> = report.lines().collect();
    assert_eq!(lines.len(), 2, "{report}");
    assert!(
        lines[0].contains("a.yaml:1:20: unknown key `colour`"),
        "{report}"
    );
    assert!(
        lines[1].contains("b.yaml:3:45: pipeline `traces` uses exporter `oltp`"),
        "{report}"
    );
}

#[test]
fn a_file_that_cannot_be_read_is_named_with_the_reason() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("absent.yaml");
    let report = load(vec![path.clone()]).expect_err("no file").to_string();
    let expected = format!(
        "cannot read the configuration `{}`: No such file or directory (os error 2) \
         (check the path and its permissions)",
        path.display()
    );
    assert_eq!(report, expected);
    let report = load(vec![directory.path().to_owned()]).expect_err("a directory");
    assert!(report.to_string().contains("Is a directory"), "{report}");
    let binary = directory.path().join("binary");
    fs::write(&binary, [0xff, 0xfe]).expect("written");
    let report = load(vec![binary]).expect_err("no text");
    assert!(
        report.to_string().contains("it is not UTF-8 text"),
        "{report}"
    );
    let large = directory.path().join("large");
    fs::write(&large, vec![b'#'; (1 << 20) + 1]).expect("written");
    let report = load(vec![large]).expect_err("too large");
    assert!(report.to_string().contains("larger than 1 MiB"), "{report}");
}

fn load(files: Vec<PathBuf>) -> Result<crate::config::Config, crate::config::Report> {
    let inputs = Inputs {
        files,
        ..Inputs::default()
    };
    inputs.load(&environment(&[]), &REGISTRIES)
}
