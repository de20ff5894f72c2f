//! The connector in an agent: spans in, a page for Prometheus out.

use std::time::Duration;

use crate::agent::Agent;
use crate::config::{Environment, Inputs};
use crate::payload::testing::spans;
use crate::registries::Registries;

const CONFIG: &str = "receivers:
  otlp: {protocols: {http: {endpoint: '127.0.0.1:0'}}}
connectors:
  spanmetrics: {metrics_flush_interval: 50ms, histogram: {explicit: {buckets: [1s]}}}
exporters:
  prometheus: {endpoint: '127.0.0.1:0'}
service:
  telemetry: {metrics: {level: none}}
  pipelines:
    traces: {receivers: [otlp], exporters: [spanmetrics]}
    metrics: {receivers: [spanmetrics], exporters: [prometheus]}
";

async fn started() -> Agent {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), CONFIG).expect("written");
    let inputs = Inputs {
        files: vec![file.path().to_owned()],
        ..Inputs::default()
    };
    let loaded = inputs.load(&Environment::default(), &Registries::builtin());
    let config = loaded.map_err(|report| report.to_string()).expect("valid");
    Agent::start(config).await.expect("started")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spans_that_a_receiver_takes_are_calls_and_durations_on_the_page() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let agent = started().await;
    let address = |key| agent.shared().addresses.inet(key).expect("bound");
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let taken = address("otlp.protocols.http.endpoint");
    let sent = client
        .post(format!("http://{taken}/v1/traces"))
        .header("content-type", "application/x-protobuf")
        .body(spans(["a", "a", "b"]).bytes().clone())
        .send()
        .await;
    assert_eq!(sent.expect("an answer").status(), 200);
    let url = format!("http://{}/metrics", address("prometheus.endpoint"));
    let expected = [
        "traces_span_metrics_calls_total",
        "traces_span_metrics_duration_milliseconds_count",
    ];
    let seen = async {
        loop {
            let page = client.get(&url).send().await.expect("an answer");
            let page = page.text().await.expect("text");
            if expected.iter().all(|name| has(&page, name)) {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    let seen = tokio::time::timeout(Duration::from_secs(20), seen).await;
    seen.expect("on the page");
    agent.shutdown(Duration::from_secs(10)).await;
}

/// Whether the series of span `a` has counted twice.
fn has(page: &str, name: &str) -> bool {
    let labels = [
        "job=\"shop\"",
        "service_name=\"shop\"",
        "span_kind=\"SPAN_KIND_UNSPECIFIED\"",
        "span_name=\"a\"",
        "status_code=\"STATUS_CODE_UNSET\"",
    ];
    page.lines().any(|line| {
        let labelled = labels.iter().all(|label| line.contains(label));
        labelled && line.starts_with(&format!("{name}{{")) && line.ends_with("} 2")
    })
}
