//! An application under load whose agent is stopped, killed and started again. Real processes.

use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, Instant};

use campanile_tests::process::{Agent, App, SinkProcess, free_address};
use campanile_tests::sink::Sink;
use campanile_tests::wait::until;

use crate::{AGENT, PROCESS};

/// How long the application works between two interruptions.
const MEANWHILE: Duration = Duration::from_millis(700);

fn app(address: &str) -> App {
    App::start(
        PROCESS,
        &[
            ("CAMPANILE_AGENT_ENDPOINT", &format!("http://{address}")),
            ("CAMPANILE_AGENT_RECONNECT_INTERVAL", "50"),
            ("CAMPANILE_AGENT_FLUSH_TIMEOUT", "20000"),
            ("OTEL_BSP_SCHEDULE_DELAY", "20"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "1000"),
            ("OTEL_METRICS_EXPORTER", "none"),
        ],
    )
}

/// Ends numbered spans, one after the other, for some time; returns what each took.
fn work(app: &mut App, next: &mut u32, time: Duration) -> Vec<Duration> {
    let until = Instant::now() + time;
    let mut costs = Vec::new();
    while Instant::now() < until {
        costs.push(app.span(&next.to_string()));
        *next += 1;
    }
    costs.sort();
    costs
}

/// The numbers up to `end` that nothing arrived for.
fn lost(arrived: &HashSet<String>, end: u32) -> Vec<u32> {
    (0..end)
        .filter(|number| !arrived.contains(&number.to_string()))
        .collect()
}

fn journal(path: &Path) -> HashSet<String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backend_that_is_killed_again_and_again_misses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let address = free_address();
    let mut app = app(&address.to_string());
    let mut next = 0;
    for _ in 0..8 {
        let sink = SinkProcess::start(PROCESS, address, &path);
        work(&mut app, &mut next, MEANWHILE);
        drop(sink);
        work(&mut app, &mut next, MEANWHILE / 4);
    }
    let _sink = SinkProcess::start(PROCESS, address, &path);
    let sent = until(async || match app.stats() {
        stats if stats["sent"] == next => Ok(stats),
        stats => Err(stats),
    });
    assert_eq!(sent.await["dropped"], 0);
    assert_eq!(lost(&journal(&path), next), [0; 0], "of {next}");
    let _ = app.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_is_stopped_and_started_again_and_again_misses_nothing() {
    let sink = Sink::start().await;
    let address = free_address().to_string();
    let otlp = format!(
        "  otlp: {{endpoint: '{}', tls: {{insecure: true}}}}\n",
        sink.address()
    );
    let config = AGENT
        .replace(
            "grpc: {endpoint: '127.0.0.1:0'}",
            &format!("grpc: {{endpoint: '{address}'}}"),
        )
        .replace("  store:\n", &otlp)
        .replace("exporters: [store]", "exporters: [otlp]");
    let mut app = app(&address);
    let mut next = 0;
    for _ in 0..5 {
        let agent = Agent::start(PROCESS, &config).await;
        tokio::task::block_in_place(|| work(&mut app, &mut next, MEANWHILE));
        agent.signal("TERM");
        tokio::task::block_in_place(|| work(&mut app, &mut next, MEANWHILE / 4));
        let (status, log) = agent.ended().await;
        assert!(status.success(), "{log}");
    }
    let agent = Agent::start(PROCESS, &config).await;
    let (_, log) = tokio::task::block_in_place(|| app.finish());
    agent.signal("TERM");
    agent.ended().await;
    let arrived = sink.spans().into_iter().map(|span| span.name).collect();
    assert_eq!(lost(&arrived, next), [0; 0], "of {next}: {log}");
}

/// Two seconds; a minute when `CAMPANILE_TEST_STOPPED_SECONDS` says 60.
fn stopped() -> Duration {
    let seconds = std::env::var("CAMPANILE_TEST_STOPPED_SECONDS");
    let seconds = seconds.ok().and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(seconds.unwrap_or(2))
}

fn percentile(costs: &[Duration], part: f64) -> Duration {
    let index = (costs.len() as f64 * part) as usize;
    costs[index.min(costs.len() - 1)]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_is_frozen_costs_no_time_little_memory_and_what_is_kept_arrives() {
    const BOUND: u64 = 8 << 20;
    let address = free_address().to_string();
    let config = AGENT.replace(
        "grpc: {endpoint: '127.0.0.1:0'}",
        &format!("grpc: {{endpoint: '{address}'}}"),
    );
    let agent = Agent::start(PROCESS, &config).await;
    let mut app = app(&address);
    let mut next = 0;
    let before = work(&mut app, &mut next, Duration::from_secs(2));
    let memory = app.memory();
    agent.signal("STOP");
    let during = work(&mut app, &mut next, stopped());
    let grown = app.memory().saturating_sub(memory);
    agent.signal("CONT");
    // The buffer, the memory kept for it, the message on its way, and what a process is made of.
    assert!(grown < BOUND + (8 << 20), "{grown} bytes");
    let (usual, frozen) = (percentile(&before, 0.9), percentile(&during, 0.9));
    // 20 us is the promise; this machine is not alone.
    assert!(
        frozen < usual + Duration::from_micros(100),
        "{usual:?} {frozen:?}"
    );
    let stats = until(async || match app.stats() {
        stats if stats["queued"] == 0 => Ok(stats),
        stats => Err(stats),
    });
    let stats = stats.await;
    let sum = ["sent", "failed", "dropped"].map(|key| stats[key].as_u64().unwrap());
    assert_eq!(sum.iter().sum::<u64>(), u64::from(next), "{stats}");
    let _ = app.finish();
}
