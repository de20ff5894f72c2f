//! The receiver at work.

use std::time::Duration;

use campanile_wire::otlp::Signal;
use serde_json::json;

use super::fixture::Machine;
use crate::component::{Entry, Refusal};
use crate::receivers::hostmetrics::HostMetrics;
use crate::receivers::testing::{Running, context, start, until};

async fn running(machine: &Machine) -> Running {
    let config = json!({
        "collection_interval": "1s",
        "root_path": machine.root(),
        "scrapers": {"load": null, "memory": null},
    });
    let configured = Entry::of::<HostMetrics>()
        .configure(&config)
        .expect("valid");
    let context = context("hostmetrics");
    let receiver = configured.build(context.clone()).expect("buildable");
    start(receiver, context, &[Signal::Metrics]).await
}

#[tokio::test(start_paused = true)]
async fn a_reading_comes_every_interval_and_what_was_refused_is_counted() {
    let machine = Machine::new();
    let running = running(&machine).await;
    running.recorder.refuse_once(Refusal::Overloaded {
        retry_after: Duration::from_secs(1),
    });
    let taken = running.recorder.payloads(2).await;
    assert!(
        taken
            .iter()
            .all(|payload| payload.signal() == Signal::Metrics)
    );
    assert_eq!(taken[0].items(), 9);
    let count = |fate| {
        let labels = r#"{receiver="hostmetrics",transport=""}"#;
        running.metric(&format!("otelcol_receiver_{fate}_metric_points{labels}"))
    };
    assert_eq!((count("refused"), count("accepted")), (9, 18));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_counted_each_time_and_the_rest_is_handed_over() {
    let machine = Machine::new();
    machine.remove("proc/loadavg");
    let running = running(&machine).await;
    let taken = running.recorder.payloads(2).await;
    assert_eq!(taken[0].items(), 6);
    let series = r#"campanile_receiver_invalid{receiver="hostmetrics",reason="load"}"#;
    until(|| running.metric(series) >= 2).await;
}

#[tokio::test(start_paused = true)]
async fn the_receiver_stops_when_it_is_told_to() {
    let machine = Machine::new();
    let running = running(&machine).await;
    running.recorder.payloads(1).await;
    assert!(running.tasks.stop_within(Duration::from_secs(5)).await);
}
