//! Tests of reloading real components.

use std::net::TcpListener;

use campanile_wire::opencensus::agent::common::v1::Node;

use super::super::Agent;
use super::{SECOND, load};
use crate::config::Config;
use crate::control::describe;
use crate::registries::Registries;

/// A configuration of real components: what `sampler` says, exporting to `endpoint`.
fn real(sampler: &str, endpoint: &str, key: &str, settings: &[&str]) -> Config {
    let text = format!(
        "receivers: {{opencensus: {{endpoint: '127.0.0.1:0', sampler: {sampler}}}}}
exporters: {{otlp: {{endpoint: '{endpoint}', headers: {{api-key: {key}}}}}}}
service:
  telemetry: {{metrics: {{level: none}}}}
  pipelines: {{traces: {{receivers: [opencensus], exporters: [otlp]}}}}
"
    );
    load(&text, settings, &Registries::builtin())
}

fn sampler(agent: &Agent) -> String {
    let id = "opencensus".parse().expect("an id");
    let mut policy = agent.shared().control.follow(&id);
    let config = policy.borrow_and_update().for_node(&Node::default());
    config.as_ref().map(describe).unwrap_or_default()
}

#[tokio::test]
async fn live_keys_are_changed_in_place_and_secrets_are_told_apart() {
    let (here, there) = ("http://localhost:1", "http://localhost:2");
    let half = "{probability: 0.5}";
    let agent = Agent::start(real(half, here, "a", &[])).await;
    let mut agent = agent.expect("started");
    assert!(sampler(&agent).starts_with("probability 0.5;"));
    let address = agent.addresses();
    let unchanged = "{probability: 0.5, max_number_of_links: 32}";
    let (on, off) = ("{constant: always_on}", "{constant: always_off}");
    let sampled = "applied receivers.opencensus.sampler";
    let table = [
        (half, here, "a", "nothing has changed"),
        (unchanged, here, "a", "nothing has changed"),
        (on, here, "a", sampled),
        (on, here, "b", "restarted exporters.otlp"),
        (
            off,
            there,
            "b",
            "restarted exporters.otlp; applied receivers.opencensus.sampler",
        ),
        (off, there, "b", "nothing has changed"),
    ];
    for (new, endpoint, key, expected) in table {
        let reloaded = agent.reload(real(new, endpoint, key, &[])).await;
        assert_eq!(reloaded.expect("reloaded").to_string(), expected);
    }
    assert!(sampler(&agent).starts_with("always_off;"));
    let reloaded = agent.reload(real("null", there, "b", &[])).await;
    assert_eq!(reloaded.expect("reloaded").to_string(), sampled);
    assert_eq!(sampler(&agent), "");
    assert_eq!(agent.addresses(), address);
    agent.shutdown(SECOND).await;
}

#[tokio::test]
async fn a_reload_that_fails_publishes_no_sampler() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address");
    let here = "http://localhost:1";
    let agent = Agent::start(real("{probability: 0.5}", here, "a", &[])).await;
    let mut agent = agent.expect("started");
    for setting in [
        format!("receivers.opencensus.endpoint={address}"),
        format!("service.telemetry.metrics={{level: basic, address: '{address}'}}"),
    ] {
        let new = real("{constant: always_off}", here, "b", &[&setting]);
        let failure = agent.reload(new).await.expect_err("the port is taken");
        assert!(
            failure.to_string().contains("Address already in use"),
            "{failure}"
        );
        assert!(sampler(&agent).starts_with("probability 0.5;"));
    }
    agent.shutdown(SECOND).await;
}

#[tokio::test]
async fn the_store_is_exchanged_and_two_are_refused() {
    let text = |more: &str| {
        format!(
            "receivers: {{opencensus: {{endpoint: '127.0.0.1:0'}}}}
exporters: {{store: {{max_bytes: 2MiB}}{more}}}
service:
  telemetry: {{metrics: {{level: none}}}}
  pipelines: {{traces: {{receivers: [opencensus], exporters: [store]}}}}
"
        )
    };
    let config =
        |more: &str, settings: &[&str]| load(&text(more), settings, &Registries::builtin());
    let mut agent = Agent::start(config("", &[])).await.expect("started");
    let bytes = |agent: &Agent| agent.shared().store.get().expect("a store").max_bytes();
    assert_eq!(bytes(&agent), 2 << 20);
    let second = config(
        ", store/two: ",
        &["service.pipelines.traces.exporters=[store, store/two]"],
    );
    let failure = agent
        .reload(second)
        .await
        .expect_err("an agent has one store");
    assert!(
        failure.to_string().contains("there is another `store`"),
        "{failure}"
    );
    assert_eq!(bytes(&agent), 2 << 20);
    let new = config("", &["exporters.store.max_bytes=3MiB"]);
    agent.reload(new).await.expect("reloaded");
    agent.leaving.ended().await;
    assert_eq!(bytes(&agent), 3 << 20);
    agent.shutdown(SECOND).await;
}
