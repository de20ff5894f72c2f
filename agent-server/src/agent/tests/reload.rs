//! Tests of what a reload starts, stops and leaves alone.

use super::super::Agent;
use super::{SECOND, config};
use crate::payload::testing::spans;
use crate::testing::Stage;

/// An agent whose events so far are forgotten.
async fn started(stage: &str, settings: &[&str]) -> (Agent, std::sync::Arc<Stage>) {
    let agent = Agent::start(config(stage, settings))
        .await
        .expect("started");
    let stage = Stage::named(stage);
    stage.forget();
    (agent, stage)
}

#[tokio::test]
async fn what_has_not_changed_notices_nothing() {
    let (mut agent, stage) = started("nothing", &[]).await;
    let reloaded = agent.reload(config("nothing", &[])).await.expect("valid");
    assert!(reloaded.is_empty());
    assert_eq!(stage.events(), [""; 0]);
    assert_eq!(stage.arrive("otlp", spans(["a"])).await, Ok(()));
    agent.shutdown(SECOND).await;
}

#[tokio::test]
async fn a_changed_exporter_takes_over_and_the_old_one_delivers_what_it_has() {
    let (mut agent, stage) = started("exporter", &[]).await;
    stage.close();
    assert_eq!(stage.arrive("otlp", spans(["a", "b"])).await, Ok(()));
    let new = config("exporter", &["exporters.store.endpoint=elsewhere"]);
    let reloaded = agent.reload(new).await.expect("valid");
    assert_eq!(reloaded.to_string(), "restarted exporters.store");
    assert_eq!(stage.events(), ["exporter store built"]);
    assert_eq!(stage.arrive("otlp", spans(["c"])).await, Ok(()));
    stage.open.add_permits(1_000);
    agent.leaving.ended().await;
    let drained = agent.shutdown(10 * SECOND).await;
    assert_eq!(drained.to_string(), "drained: everything was delivered");
    let counts = drained.lanes.iter().map(|(name, balance)| {
        assert!(balance.is_even(), "{balance:?}");
        (name.exporter.to_string(), balance.received, balance.sent)
    });
    let mut counts: Vec<_> = counts.collect();
    counts.sort();
    // `otlp` has a second lane, for logs. The counts of `store` go on.
    let expected = [("otlp", 0), ("otlp", 3), ("store", 3)];
    assert_eq!(counts, expected.map(|(name, n)| (name.to_owned(), n, n)));
    let finished = |id: &str| {
        let event = format!("exporter {id} finished");
        stage.events().iter().filter(|seen| **seen == event).count()
    };
    assert_eq!((finished("otlp"), finished("store")), (1, 2));
}

#[tokio::test]
async fn components_come_and_go() {
    let (mut agent, stage) = started("come and go", &[]).await;
    let settings = [
        "service.extensions=[zpages]",
        "service.pipelines.traces.receivers=[otlp]",
        "exporters.store.stage=other",
    ];
    let reloaded = agent.reload(config("come and go", &settings)).await;
    let expected = "restarted exporters.store; stopped receivers.opencensus, \
                    extensions.health_check; connected service.pipelines.traces";
    assert_eq!(reloaded.expect("valid").to_string(), expected);
    agent.leaving.ended().await;
    let mut events = stage.events();
    events.sort();
    let expected = [
        "exporter store finished",
        "extension health_check stopped",
        "receiver opencensus stopped",
    ];
    assert_eq!(events, expected);
    assert!(agent.addresses().is_empty());

    stage.forget();
    let reloaded = agent.reload(config("come and go", &[])).await;
    let expected = "started receivers.opencensus, extensions.health_check; restarted \
                    exporters.store; connected service.pipelines.traces";
    assert_eq!(reloaded.expect("valid").to_string(), expected);
    let expected = [
        "exporter store built",
        "extension health_check started",
        "receiver opencensus started",
    ];
    assert_eq!(stage.events(), expected);
    assert_eq!(stage.arrive("opencensus", spans(["a"])).await, Ok(()));
    let drained = agent.shutdown(10 * SECOND).await;
    assert_eq!(drained.dropped(), 0);
}

#[tokio::test]
async fn what_cannot_be_built_or_started_leaves_the_old_configuration_in_force() {
    let (mut agent, stage) = started("failing", &[]).await;
    let addresses = agent.addresses();
    for wrong in [
        "exporters.store.directory=/nowhere",
        "extensions.zpages.fails=true",
        "receivers.otlp.fails=true",
    ] {
        let settings = [
            wrong,
            "exporters.otlp.endpoint=elsewhere",
            "processors.batch.timeout=9s",
            "service.pipelines.traces.processors=[]",
        ];
        let failure = agent.reload(config("failing", &settings)).await;
        assert!(failure.is_err(), "{wrong}");
        assert_eq!(stage.arrive("otlp", spans(["a"])).await, Ok(()));
        assert_eq!(agent.addresses(), addresses);
    }
    agent.leaving.ended().await;
    let events = stage.events();
    let stopped = events
        .iter()
        .filter(|event| event.ends_with("stopped") && !event.ends_with("health_check stopped"));
    assert_eq!(stopped.count(), 0, "{events:?}");
    let reloaded = agent.reload(config("failing", &[])).await.expect("valid");
    assert!(reloaded.is_empty());
    let drained = agent.shutdown(10 * SECOND).await;
    assert_eq!(drained.dropped(), 0);
    let took = stage.events();
    let took = took
        .iter()
        .filter(|event| event.starts_with("exporter otlp took"));
    assert!(took.count() > 0);
}

#[tokio::test]
async fn an_old_lane_that_cannot_deliver_does_not_keep_the_agent_from_stopping() {
    tokio::time::pause();
    let (mut agent, stage) = started("stuck", &[]).await;
    stage.close();
    assert_eq!(stage.arrive("otlp", spans(["a"])).await, Ok(()));
    let new = config("stuck", &["exporters.store.endpoint=elsewhere"]);
    agent.reload(new).await.expect("valid");
    let before = tokio::time::Instant::now();
    let drained = agent.shutdown(10 * SECOND).await;
    assert!(before.elapsed() <= 14 * SECOND, "{:?}", before.elapsed());
    assert_eq!(drained.dropped(), 2);
}

#[tokio::test]
async fn with_too_many_queues_on_their_way_out_nothing_is_replaced() {
    tokio::time::pause();
    let (mut agent, stage) = started("many", &[]).await;
    stage.close();
    let mut refused = None;
    for round in 0..32 {
        assert_eq!(stage.arrive("otlp", spans(["a"])).await, Ok(()));
        let setting = format!("exporters.store.endpoint=round-{round}");
        refused = agent.reload(config("many", &[&setting])).await.err();
        if refused.is_some() {
            break;
        }
    }
    let refused = refused.expect("refused in the end").to_string();
    assert!(
        refused.contains("17 queues of earlier configurations"),
        "{refused}"
    );
    stage.open.add_permits(1_000);
    agent.leaving.ended().await;
    agent
        .reload(config("many", &[]))
        .await
        .expect("they are gone");
    agent.shutdown(SECOND).await;
}
