//! Tests of `campanile validate` on this machine.

use serde_json::Value;

use crate::cli::CliError;
use crate::cli::tests::{file, run};

/// A pipeline from `opencensus` at this endpoint to `otlp` at that one.
fn config(receiver: &str, exporter: &str) -> String {
    format!(
        "receivers:\n  opencensus: {{endpoint: '{receiver}'}}\n\
         exporters:\n  otlp: {{endpoint: '{exporter}'}}\n\
         service:\n  telemetry: {{metrics: {{level: none}}}}\n  \
         pipelines: {{traces: {{receivers: [opencensus], exporters: [otlp]}}}}\n"
    )
}

#[test]
fn a_port_that_is_taken_is_an_error_that_names_the_process() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("bound");
    let address = taken.local_addr().expect("an address");
    let (_file, path) = file(&config(&address.to_string(), "unix:///nowhere/at/all"));
    let Err(CliError::Configuration(report)) = run(&["validate", "-c", &path]).outcome else {
        panic!("it is valid");
    };
    for part in [
        ":2:26]",
        &format!("cannot listen on {address}"),
        &format!("(process {}) listens there", std::process::id()),
        "--no-env",
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
    let ran = run(&["validate", "-c", &path, "--no-env"]);
    assert!(ran.outcome.is_ok(), "{:?}", ran.outcome);
}

#[test]
fn a_backend_that_does_not_answer_is_a_warning_and_under_strict_an_error() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("bound");
    let address = free.local_addr().expect("an address");
    drop(free);
    let (_file, path) = file(&config("localhost:0", &format!("http://{address}")));
    let ran = run(&["validate", "-c", &path]);
    assert!(ran.outcome.is_ok(), "{:?}", ran.outcome);
    let warning = format!("cannot connect to http://{address}");
    assert!(ran.err.contains(&warning), "{}", ran.err);
    assert!(ran.out.ends_with("1 pipeline, 1 warning\n"), "{}", ran.out);
    let ran = run(&["validate", "-c", &path, "--strict"]);
    let Err(CliError::Configuration(report)) = ran.outcome else {
        panic!("it is valid");
    };
    assert!(report.contains(&warning), "{report}");
    let ran = run(&["validate", "-c", &path, "--strict", "--no-env"]);
    assert!(ran.outcome.is_ok(), "{:?}", ran.outcome);
}

#[test]
fn a_listener_that_anybody_can_reach_is_an_error_under_strict() {
    let (_file, path) = file(&config("0.0.0.0:0", "http://localhost:1"));
    for command in ["validate", "run"] {
        let ran = run(&[command, "-c", &path, "--strict"]);
        let Err(CliError::Configuration(report)) = ran.outcome else {
            panic!("{command}: {:?}", ran.outcome);
        };
        assert!(report.contains("from any host"), "{report}");
    }
}

#[test]
fn what_was_found_is_printed_as_json() {
    let (_file, path) = file(&config("0.0.0.0:0", "http://localhost:1"));
    let ran = run(&["validate", "-c", &path, "--no-env", "--format", "json"]);
    assert!(ran.outcome.is_ok(), "{:?}", ran.outcome);
    let found: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(found["valid"], true);
    assert_eq!(found["components"]["receivers"], 1);
    let problem = &found["problems"][0];
    assert_eq!(problem["severity"], "warning");
    assert_eq!(problem["file"], path.as_str());
    assert_eq!(
        (&problem["line"], &problem["column"]),
        (&2.into(), &26.into())
    );
    assert_eq!(ran.err, "");

    let (_file, path) = file("receivers: {opencensus: {endpont: x}}\n");
    let ran = run(&["validate", "-c", &path, "--format", "ndjson"]);
    assert!(matches!(&ran.outcome, Err(CliError::Configuration(report)) if report.is_empty()));
    let lines: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 2);
    assert!(
        lines.iter().all(|line| line["severity"] == "error"),
        "{lines:?}"
    );
}
