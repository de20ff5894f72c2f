//! Tests of the commands that need no running agent.

use std::fs;

use clap::{CommandFactory as _, Parser as _};

use super::CliError;
use super::arguments::CommandLine;
use super::main::{Terminal, dispatch};
use crate::config::Environment;
use crate::registries::Registries;

/// What a command wrote, and how it ended.
pub(super) struct Ran {
    pub(super) out: String,
    pub(super) err: String,
    pub(super) outcome: Result<(), CliError>,
}

pub(super) fn run(arguments: &[&str]) -> Ran {
    let line = CommandLine::try_parse_from([&["campanile"], arguments].concat());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let variables = [("SECRET".to_owned(), "hunter2".to_owned())];
    let mut terminal = Terminal {
        out: &mut out,
        err: &mut err,
        color: false,
        environment: Environment::from_iter(variables),
    };
    let outcome = dispatch(line.expect("valid arguments").command, &mut terminal);
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Ran {
        out: text(out),
        err: text(err),
        outcome,
    }
}

/// A file that lives as long as the test.
pub(super) fn file(text: &str) -> (tempfile::NamedTempFile, String) {
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(file.path(), text).expect("written");
    let path = file.path().to_str().expect("text").to_owned();
    (file, path)
}

const VALID: &str = "\
receivers: {opencensus: {endpoint: '0.0.0.0:0'}}
processors: {batch: }
exporters: {otlp: {endpoint: 'http://localhost:1', headers: {a: '${env:SECRET}'}}}
service:
  pipelines:
    traces: {receivers: [opencensus], processors: [batch], exporters: [otlp]}
";

#[test]
fn the_command_line_is_consistent() {
    CommandLine::command().debug_assert();
}

#[test]
fn the_help_ends_with_the_exit_codes_and_the_environment() {
    let help = CommandLine::command().render_help().to_string();
    let (_, end) = help.split_once("\nExit codes:\n").expect("exit codes");
    let (codes, variables) = end
        .split_once("\nEnvironment variables:\n")
        .expect("variables");
    let listed: Vec<&str> = codes
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(listed, ["0", "1", "2", "3", "4", "5", "78"]);
    for name in [
        "CAMPANILE_ENDPOINT",
        "CAMPANILE_LOG",
        "RUST_LOG",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "NO_COLOR",
    ] {
        assert!(variables.contains(name), "{name}: {variables}");
    }
    assert!(help.lines().all(|line| line.len() <= 100), "{help}");
}

#[test]
fn a_valid_configuration_is_counted_and_its_warnings_are_shown() {
    let (_file, path) = file(VALID);
    let ran = run(&["validate", "--no-env", "--config", &path]);
    assert!(ran.outcome.is_ok(), "{:?}", ran.outcome);
    let expected = "the configuration is valid: 1 receiver, 2 processors, 1 exporter, 0 connectors, 0 extensions, \
                    1 pipeline, 1 warning\n";
    assert_eq!(ran.out, expected);
    let warning = "`receivers.opencensus.endpoint` accepts connections from any host";
    assert!(ran.err.contains(warning), "{}", ran.err);
}

#[test]
fn a_wrong_configuration_is_a_report_and_nothing_on_standard_output() {
    let (_file, path) = file("receivers: {opencensus: {endpont: x}}\n");
    let ran = run(&["validate", "-c", &path, "--set", "a=1"]);
    let Err(CliError::Configuration(report)) = ran.outcome else {
        panic!("{:?}", ran.outcome);
    };
    for part in [
        ":1:26]",
        "unknown key `endpont`",
        "[--set:1:1]",
        "no `service`",
    ] {
        assert!(report.contains(part), "{report}");
    }
    assert_eq!(ran.out, "");
}

#[test]
fn config_print_shows_what_the_layers_come_to_without_secrets() {
    let (_first, first) = file(VALID);
    let (_second, second) = file("processors: {batch: {timeout: 1s}}\n");
    let ran = run(&[
        "config",
        "print",
        "-c",
        &first,
        "-c",
        &second,
        "--set",
        "receivers.opencensus.endpoint=localhost:0",
        "--keep",
        "/tmp/kept",
    ]);
    assert!(ran.outcome.is_ok(), "{:?}", ran.outcome);
    let expected = "\
receivers:
  opencensus:
    endpoint: localhost:0
processors:
  batch:
    timeout: 1s
exporters:
  otlp:
    endpoint: http://localhost:1
    headers:
      a: ${env:SECRET}
  store:
    directory: /tmp/kept
service:
  pipelines:
    traces:
      receivers:
      - opencensus
      processors:
      - batch
      exporters:
      - otlp
";
    assert_eq!(ran.out, expected);
}

#[test]
fn an_agent_that_scrapes_its_own_page_is_refused_where_what_it_scrapes_is_shown_there() {
    let config = "receivers:
  otlp: {protocols: {http: {endpoint: 'localhost:0'}}}
  prometheus:
    config:
      scrape_configs:
      - {job_name: a, static_configs: [{targets: ['other:1', 'localhost:8889']}]}
exporters:
  debug:
  prometheus: {endpoint: '127.0.0.1:8889'}
service:
  pipelines:
    metrics: {receivers: [prometheus], exporters: [SHOWN]}
    metrics/other: {receivers: [otlp], exporters: [prometheus]}
";
    let (_file, path) = file(&config.replace("SHOWN", "prometheus"));
    let Err(CliError::Configuration(report)) = run(&["validate", "-c", &path]).outcome else {
        panic!("it is valid");
    };
    for part in [":6:", "own exporter `prometheus`"] {
        assert!(report.contains(part), "{report}");
    }
    let (_file, path) = file(&config.replace("SHOWN", "debug"));
    let ran = run(&["validate", "-c", &path]);
    assert!(ran.outcome.is_ok(), "{:?}", ran.outcome);
}

#[test]
fn config_print_hides_secrets_that_are_written_out() {
    let (_file, path) = file(
        "receivers:
  prometheus:
    config:
      scrape_configs:
      - {job_name: a, basic_auth: {username: me, password: hunter2}}
exporters:
  otlphttp: {headers: {a: hunter2, b: '${env:B}', c: 'Bearer ${env:C}', d: 42}, proxy_url: 'http://me:hunter2@p:1'}
  otlp/two: {tls: {key_pem: hunter2, cert_pem: shown}}
",
    );
    let printed = run(&["config", "print", "-c", &path]).out;
    assert!(
        !printed.contains("hunter2") && !printed.contains("42"),
        "{printed}"
    );
    for kept in ["${env:B}", "Bearer ${env:C}", "shown", "username: me"] {
        assert!(printed.contains(kept), "{kept}: {printed}");
    }
}

#[test]
fn what_config_print_prints_is_read_back_as_the_same() {
    let printed = run(&["config", "print"]).out;
    let (_file, path) = file(&printed);
    assert_eq!(run(&["config", "print", "-c", &path]).out, printed);
}

#[test]
fn components_lists_every_entry_of_every_registry() {
    let ran = run(&["components", "--format", "json"]);
    let listed: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let registries = Registries::builtin();
    let kinds = |section: &str| {
        let list = listed[section].as_array().expect("a list").iter();
        list.map(|component| component["type"].as_str().expect("text").to_owned())
            .collect::<Vec<_>>()
    };
    let receivers = registries.receivers.iter().map(|entry| entry.kind);
    assert_eq!(kinds("receivers"), receivers.collect::<Vec<_>>());
    let processors = registries.processors.iter().map(|entry| entry.kind);
    assert_eq!(kinds("processors"), processors.collect::<Vec<_>>());
    let exporters = registries.exporters.iter().map(|entry| entry.kind);
    assert_eq!(kinds("exporters"), exporters.collect::<Vec<_>>());
    let extensions = registries.extensions.iter().map(|entry| entry.kind);
    assert_eq!(kinds("extensions"), extensions.collect::<Vec<_>>());
    let human = run(&["components"]).out;
    let mut lines = human.lines().skip_while(|line| *line != "processors:");
    assert_eq!(lines.next(), Some("processors:"), "{human}");
    let is_batch = |line: &&str| line.trim_start().starts_with("batch ");
    let batch = lines.find(is_batch).unwrap_or_default();
    let batch: Vec<_> = batch.split_whitespace().collect();
    let expected = "batch joins small payloads before they are sent (traces, metrics, logs)";
    assert_eq!(batch.join(" "), expected);
}
