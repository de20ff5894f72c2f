//! The exporter in an agent.

use std::net::SocketAddr;
use std::time::Duration;

use crate::agent::Agent;
use crate::config::{Config, Environment, Inputs};
use crate::exporters::testing::{SUM, Sum, sums};
use crate::registries::Registries;

fn config(page: &str) -> Config {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let text = format!(
        "receivers:
  otlp: {{protocols: {{http: {{endpoint: '127.0.0.1:0'}}}}}}
exporters:
  prometheus: {{endpoint: '{page}'}}
service:
  telemetry: {{metrics: {{level: none}}}}
  pipelines:
    metrics: {{receivers: [otlp], exporters: [prometheus]}}
"
    );
    std::fs::write(file.path(), text).expect("written");
    let inputs = Inputs {
        files: vec![file.path().to_owned()],
        settings: Vec::new(),
        ..Inputs::default()
    };
    let loaded = inputs.load(&Environment::default(), &Registries::builtin());
    loaded.map_err(|report| report.to_string()).expect("valid")
}

fn address(agent: &Agent, key: &str) -> SocketAddr {
    agent.shared().addresses.inet(key).expect("bound")
}

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client")
}

async fn page(address: SocketAddr) -> String {
    let url = format!("http://{address}/metrics");
    let page = client().get(url).send().await.expect("an answer");
    page.text().await.expect("text")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_receiver_takes_is_on_the_page_and_gone_after_a_restart() {
    let agent = Agent::start(config("127.0.0.1:0")).await.expect("started");
    let shown = address(&agent, "prometheus.endpoint");
    let taken = address(&agent, "otlp.protocols.http.endpoint");
    let payload = sums("cart", &[Sum { value: 7.0, ..SUM }]);
    let sent = client()
        .post(format!("http://{taken}/v1/metrics"))
        .header("content-type", "application/x-protobuf")
        .body(payload.bytes().clone())
        .send()
        .await;
    assert_eq!(sent.expect("an answer").status(), 200);
    let line = "requests_total{job=\"cart\",path=\"/\"} 7\n";
    let seen = async {
        while !page(shown).await.contains(line) {
            tokio::task::yield_now().await;
        }
    };
    let seen = tokio::time::timeout(Duration::from_secs(20), seen).await;
    seen.expect("on the page");

    let taken = Agent::start(config(&shown.to_string())).await;
    let failure = taken.map(drop).expect_err("the port is taken");
    let text = failure.to_string();
    assert!(text.contains("cannot listen on"), "{text}");
    assert_eq!(
        failure.problem.place.map(|place| place.line),
        Some(4),
        "{text}"
    );

    let drained = agent.shutdown(Duration::from_secs(10)).await;
    assert_eq!(drained.to_string(), "drained: everything was delivered");
    let again = Agent::start(config(&shown.to_string())).await;
    let again = again.expect("the port is free");
    assert_eq!(page(shown).await, "");
    again.shutdown(Duration::from_secs(10)).await;
}

#[test]
fn a_page_that_others_can_reach_is_warned_of() {
    let warnings = config("0.0.0.0:0").warnings.to_string();
    let expected = "`exporters.prometheus.endpoint` accepts connections from any host";
    assert!(warnings.contains(expected), "{warnings}");
    assert_eq!(config("127.0.0.1:0").warnings.problems, []);
}
