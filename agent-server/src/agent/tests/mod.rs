//! Tests of the lifecycle.

use std::net::TcpListener;
use std::time::Duration;

mod changes;
mod live;
mod reload;
mod sockets;

use super::{Agent, StartFailure};
use crate::config::{Config, Environment, Inputs};
use crate::ops::Phase;
use crate::payload::testing::spans;
use crate::registries::Registries;
use crate::testing::{REGISTRIES, Stage};

const SECOND: Duration = Duration::from_secs(1);

/// A configuration of one component of each kind on the stage of this name, and more settings.
fn config(stage: &str, settings: &[&str]) -> Config {
    let text = format!(
        "receivers:
  otlp: {{stage: {stage}}}
  opencensus: {{stage: {stage}, endpoint: '127.0.0.1:0'}}
processors: {{batch: }}
exporters:
  otlp: {{stage: {stage}}}
  store: {{stage: {stage}}}
extensions:
  health_check: {{stage: {stage}}}
  zpages: {{stage: {stage}}}
service:
  extensions: [zpages, health_check]
  telemetry: {{metrics: {{level: none}}}}
  pipelines:
    traces: {{receivers: [otlp, opencensus], processors: [batch], exporters: [otlp, store]}}
    logs: {{receivers: [otlp], exporters: [otlp]}}
"
    );
    load(&text, settings, &REGISTRIES)
}

fn load(text: &str, settings: &[&str], registries: &Registries) -> Config {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), text).expect("written");
    let inputs = Inputs {
        files: vec![file.path().to_owned()],
        settings: settings.iter().map(|text| (*text).to_owned()).collect(),
        ..Inputs::default()
    };
    let loaded = inputs.load(&Environment::default(), registries);
    loaded.map_err(|report| report.to_string()).expect("valid")
}

async fn not_started(stage: &str, settings: &[&str]) -> StartFailure {
    let started = Agent::start(config(stage, settings)).await;
    started.map(drop).expect_err("it cannot start")
}

#[tokio::test]
async fn an_agent_starts_and_stops_its_components_in_order() {
    let stage = Stage::named("order");
    let agent = Agent::start(config("order", &[])).await.expect("started");
    assert_eq!(agent.shared().health.phase(), Phase::Ready);
    let keys: Vec<_> = agent.addresses().into_keys().collect();
    assert_eq!(keys, ["opencensus.endpoint"]);
    let health = agent.shared().health.clone();
    let accepted = stage.arrive("otlp", spans(["a"])).await;
    assert_eq!(accepted, Ok(()));

    let drained = agent.shutdown(10 * SECOND).await;
    assert_eq!(drained.to_string(), "drained: everything was delivered");
    assert!(drained.receivers_in_time);
    assert_eq!(health.phase(), Phase::Stopping);

    let events = stage.events();
    let when = |event: &str| {
        let found = events.iter().enumerate().filter(|(_, seen)| *seen == event);
        match found.map(|(index, _)| index).collect::<Vec<_>>().as_slice() {
            [index] => *index,
            other => panic!("{event} at {other:?}: {events:?}"),
        }
    };
    let order = [
        "exporter otlp built",
        "extension zpages started",
        "extension health_check started",
        "receiver otlp started",
        "receiver otlp stopped",
        "exporter otlp took 1 spans",
        "exporter otlp finished",
        "extension zpages stopped",
    ];
    let order = order.map(when);
    assert!(order.is_sorted(), "{events:?}");
    assert!(when("receiver opencensus stopped") < when("exporter store finished"));
    assert!(when("exporter store took 1 spans") < when("exporter store finished"));
    assert!(when("exporter store finished") < when("extension health_check stopped"));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_delivered_by_the_deadline_is_counted() {
    let stage = Stage::named("deadline");
    let agent = Agent::start(config("deadline", &[]))
        .await
        .expect("started");
    stage.close();
    let accepted = stage.arrive("otlp", spans(["a", "b", "c"])).await;
    assert_eq!(accepted, Ok(()));
    let before = tokio::time::Instant::now();
    let drained = agent.shutdown(10 * SECOND).await;
    assert_eq!(before.elapsed().as_secs(), 10);
    assert_eq!(drained.dropped(), 6);
    let expected = "not drained in time: 3 spans for otlp (pipeline traces) dropped; \
                    3 spans for store (pipeline traces) dropped; the exporter's log says why";
    assert_eq!(drained.to_string(), expected);
    assert!(drained.lanes.iter().all(|(_, balance)| balance.is_even()));
    assert!(
        stage
            .events()
            .contains(&"exporter otlp finished".to_owned())
    );
}

#[tokio::test]
async fn a_receiver_that_cannot_start_stops_what_has_started() {
    let failure = not_started("fails", &["receivers.otlp.fails=true"]).await;
    let expected = "--set:1:22: `receivers.otlp.fails`: it does as it is told";
    assert_eq!(failure.to_string(), expected);
    let events = Stage::named("fails").events();
    // Receivers start by id: `opencensus` was there already.
    for event in [
        "extension zpages started",
        "receiver opencensus started",
        "receiver opencensus stopped",
        "exporter otlp finished",
        "exporter store finished",
        "extension zpages stopped",
        "extension health_check stopped",
    ] {
        assert!(events.contains(&event.to_owned()), "{event}: {events:?}");
    }
    assert!(
        !events.contains(&"receiver otlp started".to_owned()),
        "{events:?}"
    );
}

#[tokio::test]
async fn an_extension_that_cannot_start_keeps_receivers_from_starting() {
    let failure = not_started("extension", &["extensions.health_check.fails=true"]).await;
    let expected = "--set:1:31: `extensions.health_check.fails`: it does as it is told";
    assert_eq!(failure.to_string(), expected);
    let events = Stage::named("extension").events();
    assert!(
        events.contains(&"extension zpages stopped".to_owned()),
        "{events:?}"
    );
    let receivers = events.iter().filter(|event| event.starts_with("receiver"));
    assert_eq!(receivers.count(), 0, "{events:?}");
}

#[tokio::test]
async fn a_component_that_cannot_be_built_starts_nothing() {
    let failure = not_started("build", &["exporters.store.directory=/nowhere"]).await;
    let expected = "--set:1:27: `exporters.store.directory`: `/nowhere` does not exist";
    assert_eq!(failure.to_string(), expected);
    assert_eq!(Stage::named("build").events(), ["exporter otlp built"]);
}

#[tokio::test]
async fn a_port_that_is_taken_is_blamed_on_its_key() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address");
    let setting = format!("receivers.opencensus.endpoint={address}");
    let failure = not_started("port", &[&setting]).await;
    let expected = format!(
        "--set:1:31: `receivers.opencensus.endpoint`: cannot listen on {address}: \
         Address already in use (os error 98) (another program listens there, perhaps another \
         campanile: stop it, or choose another port, such as \
         `--set receivers.opencensus.endpoint=127.0.0.1:0` for any)"
    );
    assert_eq!(failure.to_string(), expected);
}

#[tokio::test]
async fn an_agent_that_is_dropped_stops() {
    let stage = Stage::named("dropped");
    let agent = Agent::start(config("dropped", &[])).await.expect("started");
    let receivers = agent.receivers.clone();
    drop(agent);
    assert!(receivers.ended_within(10 * SECOND).await);
    assert!(stage.events().contains(&"receiver otlp stopped".to_owned()));
}
