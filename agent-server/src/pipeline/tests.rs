//! Tests of fan-out: what is taken, by whom.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::agent::Agent;
use crate::component::Refusal;
use crate::config::{Config, Environment, Inputs};
use crate::payload::testing::spans;
use crate::testing::{REGISTRIES, Stage};

/// A configuration of test components, every one on the stage of this name.
fn config(stage: &str, pipelines: &str) -> Config {
    kept_in(None, stage, pipelines)
}

/// The same, with what is accepted on the disk.
fn kept_in(data: Option<&Path>, stage: &str, pipelines: &str) -> Config {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let text = format!(
        "receivers: {{otlp: {{stage: {stage}}}}}
processors:
  filter/drop: {{verdict: drop}}
  filter/refuse: {{verdict: refuse}}
  filter/keep: {{verdict: keep}}
  batch: {{timeout: 1h}}
  hold: {{stage: {stage}}}
connectors:
  forward:
  forward/two:
exporters:
  otlp: {{stage: {stage}}}
  otlp/small: {{stage: {stage}, sending_queue: {{queue_size: 1, num_consumers: 1}}}}
  store: {{stage: {stage}}}
service:
  telemetry: {{metrics: {{level: none}}}}
  pipelines:
{pipelines}"
    );
    std::fs::write(file.path(), text).expect("written");
    let inputs = Inputs {
        files: vec![file.path().to_owned()],
        data: data.map(Path::to_owned),
        ..Inputs::default()
    };
    let loaded = inputs.load(&Environment::default(), &REGISTRIES);
    loaded.map_err(|report| report.to_string()).expect("valid")
}

async fn started(stage: &str, pipelines: &str) -> (Agent, Arc<Stage>) {
    let agent = Agent::start(config(stage, pipelines)).await;
    (agent.expect("started"), Stage::named(stage))
}

/// What the exporters have taken when everything has been delivered, sorted.
async fn taken(agent: Agent, stage: &Stage) -> Vec<String> {
    agent.shutdown(Duration::from_secs(60)).await;
    let mut taken = stage.events();
    taken.retain(|event| event.contains(" took "));
    taken.sort();
    taken
}

#[tokio::test(start_paused = true)]
async fn a_payload_reaches_every_exporter_of_every_pipeline_of_its_signal() {
    let pipelines = "    traces: {receivers: [otlp], exporters: [otlp, store]}
    traces/two: {receivers: [otlp], processors: [filter/keep], exporters: [otlp]}
    logs: {receivers: [otlp], exporters: [otlp]}\n";
    let (agent, stage) = started("every", pipelines).await;
    assert_eq!(stage.arrive("otlp", spans(["a", "b"])).await, Ok(()));
    let expected = [
        "exporter otlp took 2 spans",
        "exporter otlp took 2 spans",
        "exporter store took 2 spans",
    ];
    assert_eq!(taken(agent, &stage).await, expected);
}

#[tokio::test(start_paused = true)]
async fn no_exporter_takes_what_another_has_no_room_for() {
    let pipelines = "    traces: {receivers: [otlp], exporters: [otlp, otlp/small]}\n";
    let (agent, stage) = started("room", pipelines).await;
    stage.close();
    assert_eq!(stage.arrive("otlp", spans(["a"])).await, Ok(()));
    let refused = stage.arrive("otlp", spans(["b"])).await;
    assert!(
        matches!(refused, Err(Refusal::Overloaded { .. })),
        "{refused:?}"
    );
    stage.open.add_permits(1_000);
    let expected = [
        "exporter otlp took 1 spans",
        "exporter otlp/small took 1 spans",
    ];
    assert_eq!(taken(agent, &stage).await, expected);
}

#[tokio::test(start_paused = true)]
async fn no_pipeline_takes_what_another_has_no_room_for() {
    let pipelines = "    traces: {receivers: [otlp], exporters: [otlp]}
    traces/small: {receivers: [otlp], exporters: [otlp/small]}\n";
    let (agent, stage) = started("pipelines", pipelines).await;
    stage.close();
    assert_eq!(stage.arrive("otlp", spans(["a"])).await, Ok(()));
    assert!(stage.arrive("otlp", spans(["b"])).await.is_err());
    stage.open.add_permits(1_000);
    let expected = [
        "exporter otlp took 1 spans",
        "exporter otlp/small took 1 spans",
    ];
    assert_eq!(taken(agent, &stage).await, expected);
}

#[tokio::test(start_paused = true)]
async fn what_one_pipeline_refuses_none_takes() {
    let pipelines = "    traces: {receivers: [otlp], exporters: [otlp]}
    traces/strict: {receivers: [otlp], processors: [filter/refuse], exporters: [otlp]}\n";
    let (agent, stage) = started("refuse", pipelines).await;
    let refused = stage.arrive("otlp", spans(["a"])).await;
    assert_eq!(refused, Err(Refusal::Rejected("by the filter".to_owned())));
    assert!(taken(agent, &stage).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_one_pipeline_drops_the_others_take() {
    let pipelines = "    traces: {receivers: [otlp], exporters: [otlp]}
    traces/none: {receivers: [otlp], processors: [filter/drop, filter/refuse],
      exporters: [otlp]}\n";
    let (agent, stage) = started("drop", pipelines).await;
    assert_eq!(stage.arrive("otlp", spans(["a"])).await, Ok(()));
    assert_eq!(taken(agent, &stage).await, ["exporter otlp took 1 spans"]);
}

#[tokio::test(start_paused = true)]
async fn an_empty_payload_is_accepted_and_goes_nowhere() {
    let pipelines = "    traces: {receivers: [otlp], exporters: [otlp]}\n";
    let (agent, stage) = started("empty", pipelines).await;
    assert_eq!(stage.arrive("otlp", spans([])).await, Ok(()));
    assert!(taken(agent, &stage).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_batch_processor_of_a_pipeline_batches_in_its_lanes_only() {
    let pipelines = "    traces: {receivers: [otlp], processors: [batch], exporters: [otlp]}
    traces/now: {receivers: [otlp], exporters: [store]}\n";
    let (agent, stage) = started("batch", pipelines).await;
    assert_eq!(stage.arrive("otlp", spans(["a"])).await, Ok(()));
    assert_eq!(stage.arrive("otlp", spans(["b"])).await, Ok(()));
    let taken = taken(agent, &stage).await;
    assert!(
        taken.contains(&"exporter otlp took 2 spans".to_owned()),
        "{taken:?}"
    );
    assert!(
        !taken.contains(&"exporter otlp took 1 spans".to_owned()),
        "{taken:?}"
    );
    assert!(
        taken.contains(&"exporter store took 1 spans".to_owned()),
        "{taken:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_connector_joins_two_pipelines_as_if_they_were_one() {
    let pipelines = "    traces/in: {receivers: [otlp], exporters: [forward, store]}
    traces/out: {receivers: [forward], exporters: [forward/two]}
    traces/end: {receivers: [forward/two], exporters: [otlp/small]}\n";
    let (agent, stage) = started("joined", pipelines).await;
    stage.close();
    assert_eq!(stage.arrive("otlp", spans(["a"])).await, Ok(()));
    assert!(stage.arrive("otlp", spans(["b"])).await.is_err());
    stage.open.add_permits(1_000);
    let expected = [
        "exporter otlp/small took 1 spans",
        "exporter store took 1 spans",
    ];
    assert_eq!(taken(agent, &stage).await, expected);
}

#[tokio::test(start_paused = true)]
async fn every_destination_counts_what_its_pipeline_left_out() {
    let pipelines = "    traces: {receivers: [otlp], processors: [filter/drop],
      exporters: [otlp, forward]}
    traces/two: {receivers: [forward], exporters: [store]}\n";
    let (agent, stage) = started("left out", pipelines).await;
    assert_eq!(stage.arrive("otlp", spans(["a", "b"])).await, Ok(()));
    let drained = agent.shutdown(Duration::from_secs(60)).await;
    let counts = drained.lanes.iter().map(|(name, balance)| {
        assert!(balance.is_even(), "{balance:?}");
        let name = name.exporter.to_string();
        (name, balance.received, balance.filtered)
    });
    let mut counts: Vec<_> = counts.collect();
    counts.sort();
    let expected = [("forward", 2, 2), ("otlp", 2, 2), ("store", 0, 0)];
    assert_eq!(counts, expected.map(|(name, a, b)| (name.to_owned(), a, b)));
}

#[tokio::test(start_paused = true)]
async fn a_hold_cuts_its_pipeline_and_decides_when_nothing_more_comes() {
    let pipelines = "    traces: {receivers: [otlp], processors: [filter/keep, hold, batch],
      exporters: [otlp]}\n";
    let (agent, stage) = started("held", pipelines).await;
    for _ in 0..3 {
        assert_eq!(stage.arrive("otlp", spans(["a", "b"])).await, Ok(()));
    }
    let drained = agent.shutdown(Duration::from_secs(60)).await;
    let counts = drained.lanes.iter().map(|(name, balance)| {
        assert!(balance.is_even(), "{balance:?}");
        let name = name.exporter.to_string();
        (name, balance.received, balance.sent, balance.sampled_out)
    });
    let mut counts: Vec<_> = counts.collect();
    counts.sort();
    let expected = [("hold", 6, 4, 2), ("otlp", 4, 4, 0)];
    assert_eq!(
        counts,
        expected.map(|(name, a, b, c)| (name.to_owned(), a, b, c))
    );
    let events = stage.events();
    assert!(
        events.contains(&"exporter otlp took 4 spans".to_owned()),
        "{events:?}"
    );
}

#[tokio::test]
async fn what_was_accepted_on_the_disk_is_delivered_after_the_next_start() {
    let directory = tempfile::tempdir().expect("a directory");
    let pipelines = "    traces: {receivers: [otlp], processors: [filter/keep],
      exporters: [otlp, otlp/small, store]}
    traces/held: {receivers: [otlp], processors: [hold], exporters: [otlp]}
    traces/fast: {receivers: [otlp], exporters: [store], acknowledge: memory}\n";
    let start = |stage| {
        let config = kept_in(Some(directory.path()), stage, pipelines);
        Agent::start(config)
    };
    let agent = start("kept").await.expect("started");
    let stage = Stage::named("kept");
    stage.close();
    for name in ["a", "b", "c"] {
        assert_eq!(stage.arrive("otlp", spans([name])).await, Ok(()));
    }
    let drained = agent.shutdown(Duration::from_millis(300)).await;
    assert!(drained.lanes.iter().all(|(_, balance)| balance.is_even()));
    // Three for each of three exporters, and the two that the hold decided for at the end.
    assert_eq!(drained.kept(), 11, "{drained}");
    assert_eq!(drained.dropped(), 3, "{drained}");

    let agent = start("kept again").await.expect("started");
    let drained = agent.shutdown(Duration::from_secs(60)).await;
    assert_eq!((drained.kept(), drained.dropped()), (0, 0), "{drained}");
    let sent = drained
        .lanes
        .iter()
        .map(|(_, balance)| balance.sent + balance.sampled_out);
    assert_eq!(sent.sum::<u64>(), 11);
}

#[tokio::test(start_paused = true)]
async fn a_hold_runs_on_while_what_is_behind_it_is_the_same() {
    let pipelines = "    traces: {receivers: [otlp], processors: [filter/keep, hold],
      exporters: [otlp]}\n";
    let (mut agent, stage) = started("kept hold", pipelines).await;
    assert_eq!(stage.arrive("otlp", spans(["a", "b"])).await, Ok(()));
    // What is before the hold changes: nothing is decided yet.
    let before = pipelines.replace("[filter/keep, hold]", "[hold]");
    agent
        .reload(config("kept hold", &before))
        .await
        .expect("valid");
    assert_eq!(stage.arrive("otlp", spans(["c", "d"])).await, Ok(()));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let took = |stage: &Stage| stage.events().iter().any(|event| event.contains(" took "));
    assert!(!took(&stage));
    // What is behind it changes: it decides about what it has, and another one takes its place.
    let behind = before.replace("exporters: [otlp]", "exporters: [store]");
    agent
        .reload(config("kept hold", &behind))
        .await
        .expect("valid");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(took(&stage));
    assert_eq!(stage.arrive("otlp", spans(["e"])).await, Ok(()));
    let drained = agent.shutdown(Duration::from_secs(60)).await;
    let mut sent = 0;
    for (name, balance) in &drained.lanes {
        assert!(balance.is_even(), "{name:?}: {balance:?}");
        if name.exporter.to_string() == "hold" {
            sent += balance.sent;
            assert_eq!((balance.received, balance.sampled_out), (5, 2));
        }
    }
    assert_eq!(sent, 3);
    let mut taken = stage.events();
    taken.retain(|event| event.contains(" took "));
    assert_eq!(
        taken,
        ["exporter otlp took 2 spans", "exporter store took 1 spans"]
    );
}

#[tokio::test(start_paused = true)]
async fn pipelines_behind_a_connector_are_exchanged_under_it() {
    let pipelines = "    traces/in: {receivers: [otlp], exporters: [forward]}
    traces/out: {receivers: [forward], exporters: [otlp]}\n";
    let (mut agent, stage) = started("behind", pipelines).await;
    assert_eq!(stage.arrive("otlp", spans(["a"])).await, Ok(()));
    let other = pipelines.replace("exporters: [otlp]", "exporters: [store]");
    let reloaded = agent.reload(config("behind", &other)).await.expect("valid");
    assert_eq!(reloaded.connected, ["service.pipelines.traces/out"]);
    assert_eq!(stage.arrive("otlp", spans(["b"])).await, Ok(()));
    let third = "    traces: {receivers: [otlp], exporters: [store]}\n";
    agent.reload(config("behind", third)).await.expect("valid");
    assert_eq!(stage.arrive("otlp", spans(["c"])).await, Ok(()));
    let expected = [
        "exporter otlp took 1 spans",
        "exporter store took 1 spans",
        "exporter store took 1 spans",
    ];
    assert_eq!(taken(agent, &stage).await, expected);
}

#[tokio::test(start_paused = true)]
async fn another_batch_processor_replaces_the_lanes_of_its_pipeline_only() {
    let pipelines = "    traces: {receivers: [otlp], processors: [batch], exporters: [otlp]}
    traces/now: {receivers: [otlp], exporters: [store]}\n";
    let (mut agent, stage) = started("rebatched", pipelines).await;
    assert_eq!(stage.arrive("otlp", spans(["a"])).await, Ok(()));
    let unbatched = pipelines.replace("[batch]", "[]");
    agent
        .reload(config("rebatched", &unbatched))
        .await
        .expect("valid");
    // The old lane does not wait for more.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let events = stage.events();
    let took = events.iter().filter(|event| event.contains("otlp took 1"));
    assert_eq!(took.count(), 1, "{events:?}");
    assert_eq!(taken(agent, &stage).await.len(), 2);
}

#[tokio::test]
async fn what_is_kept_on_the_disk_goes_on_under_another_exporter() {
    let directory = tempfile::tempdir().expect("a directory");
    let pipelines = "    traces: {receivers: [otlp], exporters: [otlp, otlp/small]}\n";
    let with = |queue: &str| {
        let pipelines = pipelines.replace("otlp/small", queue);
        kept_in(Some(directory.path()), "kept reload", &pipelines)
    };
    let mut agent = Agent::start(with("otlp/small")).await.expect("started");
    let stage = Stage::named("kept reload");
    stage.close();
    for name in ["a", "b", "c"] {
        assert_eq!(stage.arrive("otlp", spans([name])).await, Ok(()));
    }
    // The batch processor changes every lane: what they have not answered for goes on.
    let batched = pipelines.replace("[otlp], exp", "[otlp], processors: [batch], exp");
    let new = kept_in(Some(directory.path()), "kept reload", &batched);
    agent.reload(new).await.expect("valid");
    assert_eq!(stage.arrive("otlp", spans(["d"])).await, Ok(()));
    stage.open.add_permits(1_000);
    agent.reload(with("otlp/small")).await.expect("valid");
    assert_eq!(stage.arrive("otlp", spans(["e"])).await, Ok(()));
    let drained = agent.shutdown(Duration::from_secs(60)).await;
    assert_eq!((drained.kept(), drained.dropped()), (0, 0), "{drained}");
    for (name, balance) in &drained.lanes {
        assert!(balance.is_even(), "{name:?} {balance:?}");
    }
    let events = stage.events();
    let took = |id: &str| {
        let start = format!("exporter {id} took ");
        let counts = events
            .iter()
            .filter_map(|event| event.strip_prefix(&*start));
        let counts = counts.filter_map(|rest| rest.split(' ').next()?.parse::<u64>().ok());
        counts.sum::<u64>()
    };
    assert!(took("otlp") >= 5 && took("otlp/small") >= 5, "{events:?}");
}

#[tokio::test(start_paused = true)]
async fn what_goes_into_a_processor_and_comes_out_is_counted() {
    let pipelines = "    traces: {receivers: [otlp], processors: [filter/keep, filter/drop],
      exporters: [otlp]}\n";
    let (agent, stage) = started("counted", pipelines).await;
    assert_eq!(stage.arrive("otlp", spans(["a", "b"])).await, Ok(()));
    let values = agent.shared().metrics.values();
    let count = |way: &str, id: &str| {
        let labels = format!("{{processor=\"{id}\",otel_signal=\"traces\"}}");
        values[&format!("otelcol_processor_{way}_items{labels}")]
    };
    assert_eq!(count("incoming", "filter/keep"), 2);
    assert_eq!(count("outgoing", "filter/keep"), 2);
    assert_eq!(count("incoming", "filter/drop"), 2);
    assert_eq!(count("outgoing", "filter/drop"), 0);
}
