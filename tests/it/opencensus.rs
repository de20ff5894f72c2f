//! The OpenCensus agent protocol between real processes.

use campanile_agent_client::{AgentClient, Protocol};
use campanile_tests::process::Agent;
use campanile_tests::wait::until;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry::trace::{Tracer as _, TracerProvider as _};

use crate::{AGENT, PROCESS};

/// Waits until the sum of a metric is at least `least`.
async fn counted(agent: &Agent, metric: &str, labels: &[&str], least: u64) {
    until(async || match agent.metric(metric, labels).await {
        count if count >= least => Ok(()),
        count => Err(count),
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_client_sends_passes_two_agents() {
    let metrics = "    metrics: {receivers: [opencensus], exporters: [nop]}\n  telemetry";
    let last = AGENT
        .replace("  store:\n", "  store:\n  nop:\n")
        .replace("  telemetry", metrics);
    let last = Agent::start(PROCESS, &last).await;
    let target = last.url("opencensus.endpoint");
    let first = AGENT
        .replace(
            "  store:\n",
            &format!("  opencensus: {{endpoint: '{target}'}}\n"),
        )
        .replace("exporters: [store]", "exporters: [opencensus]")
        .replace("  telemetry", &metrics.replace("[nop]", "[opencensus]"));
    let first = Agent::start(PROCESS, &first).await;
    let endpoint = first.url("opencensus.endpoint");
    tokio::task::block_in_place(|| {
        let (providers, guard) = AgentClient::builder()
            .service_name("teller")
            .protocol(Protocol::OpenCensus)
            .endpoint(&endpoint)
            .build()
            .expect("a client");
        let tracer = providers.tracer_provider.tracer("test");
        drop(tracer.start("deposit"));
        let meter = providers.meter_provider.meter("test");
        meter.u64_counter("deposits").build().add(3, &[]);
        providers.meter_provider.force_flush().expect("collected");
        guard.flush().expect("the agent accepts");
    });
    let over = ["receiver=\"opencensus\""];
    for agent in [&first, &last] {
        counted(agent, "otelcol_receiver_accepted_spans", &over, 1).await;
        counted(agent, "otelcol_receiver_accepted_metric_points", &over, 1).await;
    }
    let sent = ["exporter=\"opencensus\""];
    counted(&first, "otelcol_exporter_sent_spans", &sent, 1).await;
    counted(&first, "otelcol_exporter_sent_metric_points", &sent, 1).await;
    until(async || {
        let traces = last.api("/api/v1/traces").await?.to_string();
        let found = traces.contains("deposit") && traces.contains("teller");
        found.then_some(()).ok_or(traces)
    })
    .await;
}
