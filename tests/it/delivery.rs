//! What the agent accepted, it delivers: to a backend that is late, and when it is told to stop.

use campanile_agent_client::AgentClient;
use campanile_tests::process::{Agent, free_address};
use campanile_tests::sink::Sink;
use campanile_tests::wait::until;
use opentelemetry::trace::{Tracer as _, TracerProvider as _};

use crate::{AGENT, PROCESS};

/// An agent that only passes on, in batches that wait for `timeout`.
fn to(backend: &str, timeout: &str) -> String {
    let otlp = format!(
        "  otlp: {{endpoint: '{backend}', tls: {{insecure: true}}, \
         retry_on_failure: {{initial_interval: 50ms, max_interval: 50ms}}}}\n"
    );
    AGENT
        .replace("  store:\n", &otlp)
        .replace("exporters: [store]", "exporters: [otlp]")
        .replace("timeout: 20ms", &format!("timeout: {timeout}"))
}

/// Ends `count` spans in an application that reports to `agent`, and waits until it took them.
fn report(agent: &Agent, count: usize) {
    let (providers, guard) = AgentClient::builder()
        .service_name("reporter")
        .endpoint(&agent.url("otlp.protocols.grpc.endpoint"))
        .build()
        .expect("a client");
    let tracer = providers.tracer_provider.tracer("test");
    for index in 0..count {
        drop(tracer.start(format!("span-{index}")));
    }
    guard.flush().expect("the agent accepts");
    assert_eq!(guard.stats().sent, count as u64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backend_that_comes_late_gets_everything_that_was_accepted() {
    let backend = free_address();
    let agent = Agent::start(PROCESS, &to(&backend.to_string(), "20ms")).await;
    tokio::task::block_in_place(|| report(&agent, 100));
    let sent = "otelcol_exporter_sent_spans";
    assert_eq!(agent.metric(sent, &[r#"exporter="otlp""#]).await, 0);
    let backend = Sink::start_at(backend).await;
    until(async || match backend.spans().len() {
        100 => Ok(()),
        spans => Err(spans),
    })
    .await;
    until(
        async || match agent.metric(sent, &[r#"exporter="otlp""#]).await {
            100 => Ok(()),
            spans => Err(spans),
        },
    )
    .await;
}

async fn drains_on(signal: &str) {
    let backend = Sink::start().await;
    // The batch would wait for a minute: only the drain can send it.
    let agent = Agent::start(PROCESS, &to(&backend.address().to_string(), "1m")).await;
    tokio::task::block_in_place(|| report(&agent, 100));
    assert_eq!(backend.spans().len(), 0);
    agent.signal(signal);
    let (status, log) = agent.ended().await;
    assert!(status.success(), "{status}: {log}");
    assert_eq!(backend.spans().len(), 100, "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_delivers_what_is_queued_before_the_end() {
    drains_on("TERM").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn control_c_delivers_what_is_queued_before_the_end() {
    drains_on("INT").await;
}
