//! The command line as a script sees it: exit codes, what goes to stdout, what the error says.

use std::net::TcpListener;

use campanile_tests::http;
use campanile_tests::process::{Agent, campanile, file, free_address};
use campanile_tests::wait::until;
use serde_json::Value;
use tempfile::TempDir;

use crate::{AGENT, PROCESS};

/// Runs `campanile run` with this configuration, which must not start.
fn refused(configuration: &str) -> String {
    let folder = TempDir::new().expect("a temporary folder");
    let path = file(folder.path(), "agent.yaml", configuration);
    let (code, stdout, report) = campanile(PROCESS, &["run", "--config", &path]);
    assert_eq!((code, stdout.as_str()), (Some(78), ""), "{report}");
    assert!(
        report.contains("agent.yaml"),
        "the report names the file: {report}"
    );
    report
}

#[test]
fn an_unknown_key_is_refused_with_file_line_and_key() {
    let report = refused(&AGENT.replace("timeout: 20ms", "timout: 20ms"));
    assert!(report.contains("agent.yaml:6:11"), "{report}");
    assert!(
        report.contains("timout") && report.contains("did you mean `timeout`"),
        "{report}"
    );
}

#[test]
fn a_taken_port_is_refused_with_file_line_and_key() {
    let holder = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = holder
        .local_addr()
        .expect("a bound socket has an address")
        .to_string();
    let listener = "opencensus: {endpoint: '127.0.0.1:0'}";
    let report = refused(&AGENT.replace(listener, &listener.replace("127.0.0.1:0", &taken)));
    assert!(report.contains("agent.yaml:3"), "{report}");
    assert!(
        report.contains("endpoint") && report.contains("in use"),
        "{report}"
    );
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let (code, _, report) = campanile(PROCESS, &["run", "--config", "/no/such/agent.yaml"]);
    assert_eq!(code, Some(78));
    assert!(report.contains("/no/such/agent.yaml"), "{report}");
}

#[test]
fn without_an_agent_the_commands_say_how_to_start_one() {
    let nobody = free_address().to_string();
    for command in [
        &["traces", "--endpoint", &nobody][..],
        &["trace", "4bf9", "--endpoint", &nobody],
    ] {
        let (code, stdout, stderr) = campanile(PROCESS, command);
        assert_eq!((code, stdout.as_str()), (Some(4), ""), "{stderr}");
        assert!(stderr.contains("campanile run"), "{stderr}");
    }
}

#[test]
fn bad_usage_has_a_code_of_its_own() {
    assert_eq!(campanile(PROCESS, &["trace"]).0, Some(2));
    assert_eq!(campanile(PROCESS, &["dance"]).0, Some(2));
    assert_eq!(campanile(PROCESS, &["--version"]).0, Some(0));
}

#[test]
fn components_lists_what_can_be_configured() {
    let (code, list, _) = campanile(PROCESS, &["components"]);
    assert_eq!(code, Some(0));
    for kind in [
        "opencensus",
        "otlp",
        "batch",
        "otlphttp",
        "file",
        "debug",
        "store",
        "zpages",
        "health_check",
    ] {
        assert!(list.contains(kind), "no {kind} in\n{list}");
    }
}

#[tokio::test]
async fn kept_traces_are_listed_and_printed() {
    let agent = Agent::start(PROCESS, AGENT).await;
    let pages = agent.url("zpages.endpoint");
    let (code, _, stderr) = campanile(PROCESS, &["trace", &"ab".repeat(16), "--endpoint", &pages]);
    assert_eq!(code, Some(3), "{stderr}");

    let span = serde_json::json!({ "resourceSpans": [{
        "resource": { "attributes": [{ "key": "service.name", "value": { "stringValue": "web" } }] },
        "scopeSpans": [{ "spans": [{
            "traceId": "4BF92F3577B34DA6A3CE929D0E0E4736", "spanId": "00f067aa0ba902b7",
            "name": "GET /", "kind": 2,
            "startTimeUnixNano": "1700000000000000000", "endTimeUnixNano": "1700000000001500000",
        }] }],
    }] });
    let url = format!("{}/v1/traces", agent.url("otlp.protocols.http.endpoint"));
    let answer = http()
        .post(url)
        .json(&span)
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(
        answer.json::<Value>().await.expect("JSON"),
        serde_json::json!({})
    );

    let arguments = ["traces", "--endpoint", &pages];
    until(async || match campanile(PROCESS, &arguments) {
        (Some(0), list, _) if list.contains("4bf92f3577b34da6a3ce929d0e0e4736") => Ok(()),
        other => Err(other),
    })
    .await;
    let (code, tree, _) = campanile(PROCESS, &["trace", "4bf9", "--endpoint", &pages]);
    assert_eq!(code, Some(0));
    assert!(
        tree.contains("1.50ms") && tree.contains("web  GET /  server"),
        "{tree}"
    );
    let page = http()
        .get(format!("{pages}/trace/4bf92f3577b34da6a3ce929d0e0e4736"))
        .send()
        .await;
    let page = page.expect("an answer").text().await.expect("text");
    assert!(
        page.contains("GET /") && !page.contains("<script"),
        "{page}"
    );
    let tracez = http()
        .get(format!("{pages}/debug/tracez"))
        .send()
        .await
        .expect("an answer");
    assert!(tracez.text().await.expect("text").contains("GET /"));
}

#[tokio::test]
async fn health_is_ready_while_the_agent_runs() {
    let agent = Agent::start(PROCESS, AGENT).await;
    let health = http()
        .get(agent.url("health_check.endpoint"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(health.status(), 200);
    assert!(
        health
            .text()
            .await
            .expect("text")
            .contains("Server available")
    );
}

#[tokio::test]
async fn the_agents_own_attributes_stand_on_its_metrics_page() {
    let agent = Agent::start(PROCESS, AGENT).await;
    let info = agent.metric("target_info", &[r#"service_name="under-test""#]);
    assert_eq!(info.await, 1);
}
