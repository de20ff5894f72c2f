//! Reloads under load: nothing is lost, nobody is turned away, what is wrong changes nothing.

use std::net::SocketAddr;
use std::time::Duration;

use campanile_tests::load::encode::Protocol;
use campanile_tests::load::{send, sink};
use campanile_tests::process::{Agent, campanile};
use campanile_tests::wait::{PATIENCE, until};
use tokio::time::{Instant, interval};

use crate::PROCESS;

/// Spans a second.
const RATE: u64 = 5_000;

/// Seconds that the reloads under load go on: a few, or as `CAMPANILE_TEST_RELOAD_SECONDS` says.
fn seconds() -> u64 {
    let asked = std::env::var("CAMPANILE_TEST_RELOAD_SECONDS").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(4)
}

/// Between two reloads: a second in a long run, less in a short one.
fn pause() -> Duration {
    Duration::from_millis(if seconds() > 60 { 1_000 } else { 200 })
}

/// An agent that passes on to `sink`; what `round` is changes some of it.
fn configuration(sink: SocketAddr, round: usize) -> String {
    let timeout = 5 + round % 3;
    let queue = 1_000 + round % 5;
    let exporter = if round.is_multiple_of(2) {
        "otlp"
    } else {
        "otlp/second"
    };
    let extensions = if round.is_multiple_of(3) {
        "[zpages]"
    } else {
        "[zpages, health_check]"
    };
    format!(
        "
receivers:
  otlp: {{protocols: {{grpc: {{endpoint: '127.0.0.1:0'}}}}}}
processors:
  batch: {{timeout: {timeout}ms}}
exporters:
  {exporter}: {{endpoint: 'http://{sink}', sending_queue: {{queue_size: {queue}}}}}
extensions:
  zpages: {{endpoint: '127.0.0.1:0'}}
  health_check: {{endpoint: '127.0.0.1:0'}}
service:
  extensions: {extensions}
  pipelines:
    traces: {{receivers: [otlp], processors: [batch], exporters: [{exporter}]}}
  telemetry: {{metrics: {{address: '127.0.0.1:0'}}}}
"
    )
}

/// The same with one mistake: what is unknown, of a wrong type, dangling, or cannot be put into
/// practice.
fn mistaken(valid: &str, round: usize) -> String {
    let mistakes = [
        ("queue_size:", "queue_sise:"),
        ("queue_size: ", "queue_size: many #"),
        ("receivers: [otlp]", "receivers: [oltp]"),
        ("exporters: [", "exporters: [nowhere, "),
        ("  batch:", "\tbatch:"),
        // An address that is not this machine's.
        (
            "grpc: {endpoint: '127.0.0.1:0'}",
            "grpc: {endpoint: '192.0.2.1:1'}",
        ),
    ];
    let (right, wrong) = mistakes[round % mistakes.len()];
    assert!(valid.contains(right), "{right} in {valid}");
    valid.replacen(right, wrong, 1)
}

/// Reloads, every second time with a mistake, until `end`. Says how often.
async fn reload(agent: &Agent, sink: SocketAddr, end: Instant) -> usize {
    let mut pause = interval(pause());
    let mut rounds = 0;
    while Instant::now() < end {
        pause.tick().await;
        let valid = configuration(sink, rounds / 2);
        let told = agent.log().matches(" reloaded").count();
        match rounds % 2 {
            0 => agent.configure(&valid),
            _ => agent.configure(&mistaken(&valid, rounds / 2)),
        }
        agent.signal("HUP");
        until(async || match agent.log().matches(" reloaded").count() {
            now if now > told => Ok(()),
            _ => Err(agent.log()),
        })
        .await;
        rounds += 1;
    }
    rounds
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reloads_under_load_lose_nothing_and_turn_nobody_away() {
    let here = SocketAddr::from(([127, 0, 0, 1], 0));
    let (sink, tally) = sink::start(here, sink::Protocol::OtlpGrpc)
        .await
        .expect("a sink");
    let agent = Agent::start(PROCESS, &configuration(sink, 0)).await;
    let spans = RATE * seconds();
    let options = send::Options {
        to: agent.address("otlp.protocols.grpc.endpoint"),
        protocol: Protocol::OtlpGrpc,
        spans,
        per_request: 50,
        connections: 4,
        rate: Some(RATE),
        first: 1,
    };
    let sending = tokio::spawn(async move {
        let report = send::send(options).await;
        report.map_err(|error| error.to_string())
    });
    let before = agent.open_files();
    let end = Instant::now() + Duration::from_secs(seconds());
    let rounds = reload(&agent, sink, end).await;
    let report = sending
        .await
        .expect("it ended")
        .expect("no connection broke");
    assert!(
        tally.wait(spans, PATIENCE).await,
        "{}",
        tally.to_json(spans)
    );
    let arrived = tally.to_json(spans);
    for name in ["missing", "duplicates", "foreign", "invalid"] {
        assert_eq!(arrived[name], 0, "{arrived}");
    }
    let outcomes = &report.outcomes;
    assert_eq!((outcomes.errors, outcomes.retries), (0, 0), "{outcomes:?}");
    let log = agent.log();
    let count = |text: &str| log.matches(text).count();
    assert_eq!(count("configuration reloaded"), rounds.div_ceil(2), "{log}");
    assert_eq!(count("configuration not reloaded"), rounds / 2, "{log}");
    // What was open for a moment closes: connections of old exporters to the sink.
    until(async || match agent.open_files() {
        files if files <= before + 4 => Ok(()),
        files => Err((before, files)),
    })
    .await;
    agent.signal("TERM");
    let (status, log) = agent.ended().await;
    assert!(status.success(), "{status}: {log}");
    assert!(log.contains("drained: everything was delivered"), "{log}");
    if seconds() > 60 {
        println!("{rounds} reloads, {}", report.to_json());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_reloads_and_says_what_was_done_or_what_is_wrong() {
    let here = SocketAddr::from(([127, 0, 0, 1], 0));
    let (sink, _tally) = sink::start(here, sink::Protocol::OtlpGrpc)
        .await
        .expect("a sink");
    let valid = configuration(sink, 0);
    let agent = Agent::start(PROCESS, &valid).await;
    let url = agent.url("zpages.endpoint");
    let run = |format: &str| {
        let arguments = ["reload", "--endpoint", &url, "--format", format];
        tokio::task::block_in_place(|| campanile(PROCESS, &arguments))
    };
    let (code, out, _) = run("human");
    assert_eq!(
        (code, &*out),
        (Some(0), "configuration reloaded: nothing has changed\n")
    );
    agent.configure(&configuration(sink, 1));
    let (code, out, _) = run("human");
    let expected = "configuration reloaded: started exporters.otlp/second, \
                    extensions.health_check; restarted processors.batch; stopped exporters.otlp; \
                    connected service.pipelines.traces\n";
    assert_eq!((code, &*out), (Some(0), expected));
    agent.configure(&mistaken(&valid, 0));
    let (code, out, error) = run("json");
    assert_eq!(code, Some(78), "{error}");
    assert!(out.contains(r#""outcome": "invalid""#), "{out}");
    assert!(error.contains("unknown key `queue_sise`"), "{error}");
    agent.configure(&mistaken(&valid, 5));
    let (code, _, error) = run("human");
    assert_eq!(code, Some(78), "{error}");
    assert!(error.contains("cannot listen on 192.0.2.1:1"), "{error}");
    drop(agent);
    assert_eq!(run("human").0, Some(4));
}
