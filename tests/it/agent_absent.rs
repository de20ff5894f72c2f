//! An application whose agent is not there, comes later, restarts, or hangs. Real processes.

use std::time::Duration;

use campanile_tests::process::{Agent, App, free_address};
use campanile_tests::wait::until;

use crate::{AGENT, PROCESS};

/// The agent of the other tests, with fixed addresses for what applications connect to.
fn agent_at(otlp: &str, opencensus: &str) -> String {
    let grpc = format!("grpc: {{endpoint: '{otlp}'}}");
    AGENT
        .replace("grpc: {endpoint: '127.0.0.1:0'}", &grpc)
        .replace(
            "opencensus: {endpoint: '127.0.0.1:0'}",
            &format!("opencensus: {{endpoint: '{opencensus}'}}"),
        )
}

async fn appears_later(protocol: &str) {
    let (otlp, opencensus) = (free_address().to_string(), free_address().to_string());
    let address = if protocol == "otlp" {
        &otlp
    } else {
        &opencensus
    };
    let mut app = App::start(
        PROCESS,
        &[
            ("CAMPANILE_AGENT_PROTOCOL", protocol),
            ("CAMPANILE_AGENT_ENDPOINT", &format!("http://{address}")),
            ("CAMPANILE_AGENT_RECONNECT_INTERVAL", "100"),
            ("OTEL_SERVICE_NAME", "early"),
        ],
    );
    for index in 0..50 {
        app.span(&format!("before-{index}"));
    }
    let stats = app.stats();
    assert_eq!(
        (&stats["queued"], &stats["dropped"]),
        (&50.into(), &0.into())
    );

    let agent = Agent::start(PROCESS, &agent_at(&otlp, &opencensus)).await;
    app.span("after");
    until(async || match app_sent(&mut app, 51) {
        true => Ok(()),
        false => Err(app.stats()),
    })
    .await;
    let traces = until(
        async || match agent.api("/api/v1/traces?service=early&limit=100").await {
            Ok(list) if list["traces"].as_array().map_or(0, Vec::len) == 51 => Ok(list),
            other => Err(other),
        },
    );
    let traces = traces.await;
    let mut names: Vec<_> = traces["traces"].as_array().into_iter().flatten().collect();
    names.retain(|trace| {
        trace["name"]
            .as_str()
            .is_some_and(|name| name.starts_with("before-"))
    });
    assert_eq!(names.len(), 50);

    // The state changed twice, or not at all if the agent was quick: no line per span or attempt.
    let (_, log) = app.finish();
    let lines = log.lines().filter(|line| line.contains("campanile"));
    assert!(lines.count() <= 3, "{log}");
    assert_eq!(log.matches("not reachable").count(), 1, "{log}");
    assert_eq!(log.matches("connected to the agent").count(), 1, "{log}");
}

fn app_sent(app: &mut App, spans: u64) -> bool {
    app.stats()["sent"] == spans
}

#[tokio::test]
async fn an_agent_that_appears_later_gets_the_kept_spans_over_otlp() {
    appears_later("otlp").await;
}

#[tokio::test]
async fn an_agent_that_appears_later_gets_the_kept_spans_over_opencensus() {
    appears_later("opencensus").await;
}

#[tokio::test]
async fn an_agent_that_was_killed_and_comes_back_gets_what_ended_meanwhile() {
    let (otlp, opencensus) = (free_address().to_string(), free_address().to_string());
    let first = Agent::start(PROCESS, &agent_at(&otlp, &opencensus)).await;
    let mut app = App::start(
        PROCESS,
        &[
            ("CAMPANILE_AGENT_ENDPOINT", &format!("http://{otlp}")),
            ("CAMPANILE_AGENT_RECONNECT_INTERVAL", "100"),
        ],
    );
    app.span("one");
    until(async || {
        if app_sent(&mut app, 1) {
            Ok(())
        } else {
            Err(app.stats())
        }
    })
    .await;
    drop(first);
    app.span("two");
    let second = Agent::start(PROCESS, &agent_at(&otlp, &opencensus)).await;
    until(async || match second.api("/api/v1/traces?name=two").await {
        Ok(list) if list["traces"].as_array().map_or(0, Vec::len) == 1 => Ok(()),
        other => Err(other),
    })
    .await;
    assert_eq!(app.stats()["dropped"], 0);
}

#[tokio::test]
async fn without_an_agent_the_application_ends_at_once() {
    let nobody = format!("http://{}", free_address());
    let mut app = App::start(PROCESS, &[("CAMPANILE_AGENT_ENDPOINT", &nobody)]);
    app.span("unheard");
    let (took, log) = app.finish();
    // 50 ms is the promise; the process's own end and a busy machine are the rest.
    assert!(took < Duration::from_millis(400), "{took:?}");
    assert!(log.contains("were left unsent"), "{log}");
}

#[tokio::test]
async fn with_an_agent_that_hangs_spans_cost_nothing_and_the_application_still_ends() {
    let (otlp, opencensus) = (free_address().to_string(), free_address().to_string());
    let agent = Agent::start(PROCESS, &agent_at(&otlp, &opencensus)).await;
    agent.signal("STOP");
    let mut app = App::start(
        PROCESS,
        &[("CAMPANILE_AGENT_ENDPOINT", &format!("http://{otlp}"))],
    );
    let mut costs: Vec<Duration> = (0..200).map(|index| app.span(&index.to_string())).collect();
    costs.sort();
    assert!(
        costs[100] < Duration::from_millis(1),
        "half the spans took over {:?}",
        costs[100]
    );
    let (took, _) = app.finish();
    // 500 ms is the promise.
    assert!(took < Duration::from_millis(1_500), "{took:?}");
    agent.signal("CONT");
}
