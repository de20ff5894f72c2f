//! Metrics streams.

use campanile_wire::otlp::json;
use serde_json::Value;
use tonic::Code;

use super::gateway::{json_of, post};
use super::*;
use crate::payload::Payload;

async fn taking() -> Running {
    with_pipelines(on_any_port(), &[Signal::Metrics]).await
}

async fn stream(running: &Running) -> Stream {
    let opened = client(running).await.open(METRICS).await;
    opened.expect("headers come at once")
}

/// Sends messages on one stream, and gives what the pipeline took of each.
async fn taken(names: &[&str]) -> Vec<Value> {
    let running = taking().await;
    let stream = stream(&running).await;
    for name in names {
        stream.send(vector(name)).await;
    }
    stream.finish().await.expect("accepted");
    let taken = running.recorder.taken();
    taken.iter().map(shown).collect()
}

fn shown(payload: &Payload) -> Value {
    let text = json::encode(Signal::Metrics, payload.bytes()).expect("valid");
    serde_json::from_str(&text).expect("JSON")
}

fn metrics(request: &Value) -> &Vec<Value> {
    let metrics = &request["resourceMetrics"][0]["scopeMetrics"][0]["metrics"];
    metrics.as_array().expect("metrics")
}

#[tokio::test]
async fn s15_metrics_are_accepted_and_a_zero_is_a_value() {
    let taken = taken(&["metrics_first"]).await;
    let gauges = metrics(&taken[0]).iter().filter_map(|metric| {
        let point = &metric["gauge"]["dataPoints"][0];
        point.get("asInt").or(point.get("asDouble"))
    });
    let gauges: Vec<&Value> = gauges.collect();
    assert!(
        gauges.iter().any(|value| **value == "0" || **value == 0.0),
        "{taken:?}"
    );
    let resource = &taken[0]["resourceMetrics"][0]["resource"]["attributes"];
    assert!(resource.to_string().contains("checkout"), "{resource}");
}

#[tokio::test]
async fn s16_both_layouts_are_decoded_to_what_they_mean_and_the_stream_survives() {
    let names = ["metrics_first_layout_0_1", "metrics_bare_series_layout_0_1"];
    let old = taken(&names).await;
    let running = taking().await;
    for name in names {
        let posted = post(&running, "/v1/metrics", json_of(name)).await;
        assert_eq!(posted, (200, String::new()));
    }
    let meant: Vec<Value> = running.recorder.taken().iter().map(shown).collect();
    assert_eq!(old, meant);
    let bare = &metrics(&old[1])[0];
    assert_eq!(bare["name"], "g");
    let point = &bare["gauge"]["dataPoints"][0];
    assert_eq!(point["asDouble"], 1.5);
    assert_eq!(point["timeUnixNano"], "1544712720000000000");
}

#[tokio::test]
async fn metrics_have_the_node_rules_of_spans() {
    let running = taking().await;
    let mut nameless = stream(&running).await;
    nameless.send(Bytes::from_static(&[0x12, 0])).await;
    let status = nameless.answer().await.expect_err("a violation");
    assert_eq!(status.code(), Code::InvalidArgument);
    let series = Bytes::from_static(&[0x12, 0x06, 0x12, 0x04, 0x1a, 0x02, 0x10, 0x07]);
    let stream = stream(&running).await;
    stream.send(message(node("a"), resource("1"), vec![])).await;
    stream.send(series.clone()).await;
    stream.send(message(node("b"), None, vec![])).await;
    stream.send(series).await;
    stream.finish().await.expect("accepted");
    let owners: Vec<String> = running
        .recorder
        .taken()
        .iter()
        .map(|payload| json::encode(Signal::Metrics, payload.bytes()).expect("valid"))
        .collect();
    assert_eq!(owners.len(), 2);
    for (text, service) in owners.iter().zip(["\"a\"", "\"b\""]) {
        assert!(text.contains(service) && text.contains("\"r\""), "{text}");
    }
}

#[tokio::test]
async fn metrics_that_nobody_wants_are_read_and_counted() {
    let unwanted = running().await;
    let disabled = Config {
        disable_metrics: true,
        ..on_any_port()
    };
    let disabled = with_pipelines(disabled, &[Signal::Metrics, Signal::Traces]).await;
    for running in [unwanted, disabled] {
        let stream = stream(&running).await;
        stream.send(vector("metrics_first")).await;
        stream
            .finish()
            .await
            .expect("the trace stream would suffer");
        assert_eq!(invalid(&running, "metrics_not_taken"), 4);
        assert_eq!(running.recorder.taken(), []);
    }
}

#[tokio::test]
async fn tracing_that_is_disabled_is_unimplemented() {
    let disabled = Config {
        disable_tracing: true,
        ..on_any_port()
    };
    let running = configured(disabled).await;
    let status = client(&running).await.open(EXPORT).await;
    assert_eq!(status.expect_err("not served").code(), Code::Unimplemented);
}

#[tokio::test]
async fn labels_repeated_by_too_many_points_are_too_large() {
    use campanile_wire::otlp::write::{nested, text};
    let running = taking().await;
    let mut bytes = vec![0x0a, 0x00];
    nested(&mut bytes, 2, |metric| {
        nested(metric, 1, |descriptor| {
            nested(descriptor, 5, |key| text(key, 1, &"k".repeat(1 << 20)));
        });
        nested(metric, 2, |series| {
            nested(series, 2, |value| text(value, 1, "v"));
            (0..1_000).for_each(|_| nested(series, 3, |point| point.extend([0x10, 1])));
        });
    });
    let mut stream = stream(&running).await;
    stream.send(bytes).await;
    let status = stream.answer().await.expect_err("a gigabyte");
    assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
    assert!(status.message().contains("labels"), "{status:?}");
    assert_eq!(invalid(&running, "too_large"), 1);
}
