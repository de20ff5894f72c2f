use campanile_wire::otlp::Signal;
use serde_json::json;

use crate::component::{Context, Delivery, Exported, Invalid, Shared, Tasks};
use crate::delivery::{Lane, LaneName, Route};
use crate::exporters::EXPORTERS;
use crate::store::Query;
use crate::store::fixture::{payload, span};

fn build(config: &serde_json::Value, shared: &Shared) -> Result<Delivery, String> {
    let entry = EXPORTERS.iter().find(|entry| entry.kind == "store");
    let configured = entry
        .expect("registered")
        .configure(config)
        .map_err(|wrong| format!("{wrong:?}"))?;
    let context = Context {
        id: "store".parse().expect("an id"),
        shared: shared.clone(),
    };
    configured.build(context).map_err(|error| error.to_string())
}

#[tokio::test]
async fn exported_spans_are_in_the_store_that_the_pages_read() {
    let shared = Shared::default();
    let delivery = build(&json!(null), &shared).expect("built");
    assert!(delivery.settings.shed);
    let spans = [span(1, 1, "a"), span(1, 0, "no id")];
    let exported = delivery.exporter.export(payload("front", &spans)).await;
    let expected = Exported {
        rejected: 1,
        sampled_out: 0,
        message: "1 spans have no valid trace or span id".to_owned(),
    };
    assert_eq!(exported, Ok(expected));
    let store = shared.store.get().expect("filled");
    assert_eq!(store.size().expect("read").spans, 1);
}

#[tokio::test]
async fn thousands_of_small_payloads_may_wait_for_the_store() {
    let shared = Shared::default();
    let delivery = build(&json!(null), &shared).expect("built");
    let name = LaneName {
        pipeline: "traces".to_owned(),
        exporter: "store".parse().expect("an id"),
        signal: Signal::Traces,
    };
    let tasks = Tasks::default();
    let route = Route {
        name,
        delivery,
        batch: None,
        dead_letters: None,
        memory: crate::admission::Memory::default(),
    };
    let lane = Lane::start(route, &shared.metrics, &tasks);
    let payload = payload("front", &[span(1, 1, "a")]);
    // Nothing is awaited, so that the lane has no chance to deliver.
    for _ in 0..16_000 {
        lane.reserve(&payload)
            .expect("a permit")
            .send(payload.clone());
    }
    let balance = lane.balance();
    assert_eq!((balance.queued, balance.dropped), (16_000, Vec::new()));
    tasks.stop().await;
}

#[test]
fn a_directory_that_cannot_be_used_is_an_error() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let config = json!({"directory": file.path()});
    let error = build(&config, &Shared::default()).expect_err("a file is in the way");
    assert!(error.starts_with("cannot use "), "{error}");
}

#[test]
fn bounds_that_keep_nothing_are_refused_by_key() {
    let entry = EXPORTERS.iter().find(|entry| entry.kind == "store");
    let config = json!({"max_bytes": "1kB", "max_age": "0s", "directory": ""});
    let wrong: Vec<Invalid> = entry
        .expect("registered")
        .configure(&config)
        .expect_err("wrong");
    let keys: Vec<&str> = wrong.iter().map(|wrong| wrong.key.as_str()).collect();
    assert_eq!(keys, ["max_bytes", "max_age", "directory"]);
}

#[tokio::test]
async fn an_exporter_that_has_finished_leaves_one_file_that_can_still_be_read() {
    let directory = tempfile::tempdir().expect("a directory");
    let shared = Shared::default();
    let config = json!({"directory": directory.path()});
    let delivery = build(&config, &shared).expect("built");
    let exported = delivery
        .exporter
        .export(payload("front", &[span(1, 1, "a")]));
    assert_eq!(exported.await, Ok(Exported::default()));
    delivery.exporter.finish().await;
    let left = std::fs::read_dir(directory.path()).expect("a directory");
    let left: Vec<_> = left
        .map(|entry| entry.expect("readable").file_name())
        .collect();
    assert_eq!(left, ["spans.db"]);
    let store = shared.store.get().expect("filled");
    assert_eq!(store.traces(&Query::default()).expect("read").len(), 1);
}
