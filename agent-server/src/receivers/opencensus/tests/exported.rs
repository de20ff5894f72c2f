//! From one agent to the next: the exporter against this receiver.

use campanile_wire::otlp::json;
use serde_json::{Value, json};

use super::*;
use crate::component::Exported;
use crate::exporters::EXPORTERS;
use crate::payload::Payload;
use crate::receivers::testing::within;

async fn export_to(running: &Running, payload: Payload, more: Value) {
    let entry = EXPORTERS.iter().find(|entry| entry.kind == "opencensus");
    let address = running.address("opencensus.endpoint");
    let mut config = json!({"endpoint": format!("http://{address}")});
    let all = config.as_object_mut().expect("an object");
    all.extend(more.as_object().expect("an object").clone());
    let configured = entry.expect("it is built in").configure(&config);
    let delivery = configured.expect("valid").build(context("opencensus"));
    let exporter = delivery.expect("can be built").exporter;
    let outcome = within(exporter.export(payload)).await;
    assert_eq!(outcome, Ok(Exported::default()));
}

/// What the receiver takes of a message, and what it takes when that is exported to it.
async fn twice(path: &'static str, name: &str) -> (Payload, Payload) {
    let both = &[Signal::Metrics, Signal::Traces];
    let strict = Config {
        require_identifier: true,
        ..on_any_port()
    };
    let running = with_pipelines(strict, both).await;
    let first = with_pipelines(on_any_port(), both).await;
    let stream = client(&first).await.open(path).await;
    let stream = stream.expect("headers come at once");
    stream.send(message(node("a"), resource("1"), vec![])).await;
    stream.send(vector(name)).await;
    stream.finish().await.expect("accepted");
    let taken = first.recorder.taken().remove(0);
    for compression in ["none", "gzip"] {
        export_to(&running, taken.clone(), json!({"compression": compression})).await;
    }
    // Every resource is a message of its own.
    let again = running.recorder.taken();
    let second = again[again.len() / 2..].to_vec();
    (taken, Payload::join(second).expect("it was sent"))
}

#[tokio::test]
async fn spans_and_metrics_reach_the_next_agent_and_count_as_sent_when_it_took_them() {
    for (path, name) in [(EXPORT, "export_full_span"), (METRICS, "metrics_first")] {
        let (once, again) = twice(path, name).await;
        assert_eq!(once.items(), again.items(), "{name}");
        let size = |payload: &Payload| {
            let text = json::encode(payload.signal(), payload.bytes()).expect("valid");
            let mut characters: Vec<char> = text.chars().collect();
            characters.sort_unstable();
            characters
        };
        assert_eq!(
            size(&once),
            size(&again),
            "{name}: the same but for the order"
        );
    }
}
