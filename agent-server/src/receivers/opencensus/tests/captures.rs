//! What real clients sent, sent again.

use std::collections::BTreeMap;

use campanile_wire::otlp::json;
use serde_json::{Value, json};
use tonic::Code;

use super::*;
use crate::receivers::testing::{capture, each_span, event_bytes};

/// Replays the streams of a capture as they were: each opened, fed and half-closed in turn.
async fn replay(running: &Running, events: &[Value]) -> BTreeMap<u64, Result<(), Code>> {
    let mut client = client(running).await;
    let mut open = BTreeMap::new();
    let mut ended = BTreeMap::new();
    for event in events {
        let id = event["stream"].as_u64().expect("every event has a stream");
        match event["event"].as_str().expect("every event has a kind") {
            "open" => {
                let method = event["method"].as_str().expect("a method").to_owned();
                // There are three of them, and paths are static.
                match client.open(method.leak()).await {
                    Ok(stream) => drop(open.insert(id, stream)),
                    Err(status) => drop(ended.insert(id, Err(status.code()))),
                }
            }
            "msg" => {
                if let Some(stream) = open.get(&id) {
                    stream.send(event_bytes(event)).await;
                }
            }
            "halfclose" | "closed" => {
                if let Some(stream) = open.remove(&id) {
                    ended.insert(id, end_of(stream).await);
                }
            }
            _ => {}
        }
    }
    ended
}

/// Half-closes and reads to the end.
async fn end_of(mut stream: Stream) -> Result<(), Code> {
    stream.half_close();
    while stream
        .receive()
        .await
        .map_err(|status| status.code())?
        .is_some()
    {}
    Ok(())
}

/// What the spans taken look like, in the order of the capture's own record.
fn seen(running: &Running) -> Vec<[String; 4]> {
    let mut seen = Vec::new();
    each_span(&running.recorder.taken(), |_, span| {
        seen.push([
            const_hex::encode(span.trace_id),
            const_hex::encode(span.span_id),
            const_hex::encode(span.parent_span_id),
            span.name.to_owned(),
        ]);
    });
    seen
}

fn sent(record: &Value) -> Vec<[String; 4]> {
    let spans = record["spans"].as_array().expect("a list");
    let keys = ["trace_id", "span_id", "parent_span_id", "name"];
    let text = |span: &Value, key: &str| span[key].as_str().expect("text").to_owned();
    spans
        .iter()
        .map(|span| keys.map(|key| text(span, key)))
        .collect()
}

#[tokio::test]
async fn opencensus_for_python_sends_a_stream_per_span_and_waits_for_its_end() {
    let running = running().await;
    let (record, events) = capture("oc-python-trace-sync.json");
    let ended = replay(&running, &events).await;
    assert_eq!(
        ended,
        BTreeMap::from([(1, Ok(())), (2, Ok(())), (3, Ok(()))])
    );
    assert_eq!(seen(&running), sent(&record));
    let mut details = Vec::new();
    each_span(&running.recorder.taken(), |resource, span| {
        let owner = resource.resource().attributes();
        let service = owner.find("service.name").map(|name| name.to_string());
        assert_eq!(service.as_deref(), Some("oc-python-shop"));
        let code = span.attributes().find("opencensus.status_code");
        let code = code.and_then(|code| code.as_int());
        let status = span.status_message.to_owned();
        details.push((
            span.kind,
            span.status_code,
            code,
            status,
            span.events().count(),
        ));
    });
    let expected = [
        (3, 0, None, String::new(), 2),
        (0, 2, Some(5), "card not found".to_owned(), 0),
        (2, 0, None, String::new(), 0),
    ];
    assert_eq!(details, expected);
}

#[tokio::test]
async fn opentelemetry_for_python_writes_its_own_status_codes() {
    let running = running().await;
    let (record, events) = capture("otel-python-opencensus.json");
    assert_eq!(
        replay(&running, &events).await,
        BTreeMap::from([(1, Ok(()))])
    );
    assert_eq!(seen(&running), sent(&record));
    let mut found = Vec::new();
    each_span(&running.recorder.taken(), |_, span| {
        let times = (span.start_unix_nano, span.end_unix_nano);
        let status = ["UNSET", "OK", "ERROR"][usize::try_from(span.status_code).expect("small")];
        found.push((times, status.to_owned()));
    });
    let spans = record["spans"].as_array().expect("a list");
    let expected: Vec<_> = spans
        .iter()
        .map(|span| {
            let time = |key: &str| span[key].as_u64().expect("nanoseconds");
            let status = span["status"]["code"].as_str().expect("text");
            ((time("start_ns"), time("end_ns")), status.to_owned())
        })
        .collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn opencensus_for_go_opens_three_streams_and_keeps_its_trace_stream() {
    let running = running().await;
    let (_, events) = capture("oc-go-exporter-session.jsonl");
    let ended = replay(&running, &events).await;
    let expected = [(1, Ok(())), (2, Ok(())), (3, Ok(()))];
    assert_eq!(ended, BTreeMap::from(expected));
    let found = seen(&running);
    assert_eq!(found.len(), 6);
    let root = &found[2];
    assert_eq!((root[2].as_str(), root[3].as_str()), ("", "GET /checkout"));
    assert_eq!(
        found[0][2], root[1],
        "the zero parent is the root's, not its children's"
    );
    assert_eq!(accepted(&running), 6);
    assert_eq!(invalid(&running, "metrics_not_taken"), 10);
}

#[tokio::test]
async fn the_metrics_of_opencensus_for_go_are_taken_where_a_pipeline_wants_them() {
    let running = with_pipelines(on_any_port(), &[Signal::Metrics]).await;
    let (_, events) = capture("oc-go-exporter-session.jsonl");
    let ended = replay(&running, &events).await;
    let unserved = Err(Code::Unimplemented);
    assert_eq!(
        ended,
        BTreeMap::from([(1, unserved), (2, Ok(())), (3, Ok(()))])
    );
    let taken = running.recorder.taken();
    let points: u64 = taken.iter().map(crate::payload::Payload::items).sum();
    assert!(points >= 10, "{points}");
    let text = json::encode(Signal::Metrics, taken[0].bytes()).expect("valid");
    for part in ["latency_dist", "\"route\"", "explicitBounds", "oc-go-shop"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let accepted = "otelcol_receiver_accepted_metric_points";
    let labels = "{receiver=\"opencensus\",transport=\"grpc\"}";
    assert_eq!(
        running.metric(&format!("{accepted}{labels}")),
        points as i64
    );
}

#[tokio::test]
async fn opencensus_for_python_asks_how_to_sample_and_leaves() {
    let config = json!({"sampler": {"constant": "always_off"}});
    let config: Config = serde_json::from_value(config).expect("valid");
    let running = configured(Config {
        endpoint: ListenAddress::loopback(0),
        ..config
    })
    .await;
    let (record, events) = capture("oc-python-config.json");
    assert_eq!(
        replay(&running, &events).await,
        BTreeMap::from([(1, Ok(()))])
    );
    let clients = running.shared.control.clients().all();
    assert_eq!(clients.len(), 1);
    assert_eq!(Value::from(clients[0].service.as_str()), record["service"]);
    let in_force = "probability 0.5; 32 attributes";
    assert_eq!(clients[0].in_force.as_deref(), Some(in_force));
    assert!(
        clients[0]
            .told
            .as_ref()
            .is_some_and(|told| told.starts_with("always_off; 32"))
    );
    assert_eq!(clients[0].streams, 0);
}
