//! `Config` streams: what libraries are told, and what they say.

use campanile_wire::opencensus::agent::trace::v1::{CurrentLibraryConfig, UpdatedLibraryConfig};
use campanile_wire::opencensus::trace::v1::TraceConfig;
use serde_json::{Value, json};
use tonic::Code;

use super::*;
use crate::control::describe;
use crate::receivers::testing::until;

const LIMITS: &str = "32 attributes, 32 annotations, 128 message events, 32 links";

fn sampling(sampler: &Value) -> Config {
    Config {
        endpoint: ListenAddress::loopback(0),
        ..serde_json::from_value(json!({ "sampler": sampler })).expect("valid")
    }
}

async fn sampled(sampler: &Value) -> Running {
    configured(sampling(sampler)).await
}

/// What a reload does.
fn publish(running: &Running, sampler: &Value) {
    let mut context = context("opencensus");
    context.shared = running.shared.clone();
    OpenCensus::apply(&sampling(sampler), &context);
}

async fn asking(running: &Running) -> Stream {
    let opened = client(running).await.open(CONFIG).await;
    opened.expect("headers come at once")
}

async fn told(stream: &mut Stream) -> UpdatedLibraryConfig {
    let message = stream.receive().await.expect("the stream goes on");
    UpdatedLibraryConfig::decode(message.expect("an update")).expect("valid")
}

fn in_words(update: &UpdatedLibraryConfig) -> String {
    describe(update.config.as_ref().expect("a configuration"))
}

fn current(node: Option<Node>, config: Option<TraceConfig>) -> Bytes {
    CurrentLibraryConfig { node, config }.encode_to_vec().into()
}

fn metric(running: &Running, name: &str) -> i64 {
    running.metric(&format!("{name}{{receiver=\"opencensus\"}}"))
}

fn in_force(running: &Running) -> Option<String> {
    let clients = running.shared.control.clients().all();
    clients.first().and_then(|client| client.in_force.clone())
}

#[tokio::test]
async fn s10_a_library_is_told_at_once_and_its_acknowledgement_is_kept() {
    let running = sampled(&json!({"probability": 0.5})).await;
    let mut stream = asking(&running).await;
    let first = vector("config_first");
    stream.send(first.clone()).await;
    let update = told(&mut stream).await;
    assert_eq!(in_words(&update), format!("probability 0.5; {LIMITS}"));
    let asked = CurrentLibraryConfig::decode(first).expect("a vector");
    assert_eq!(update.node, asked.node, "the node is echoed");
    assert_eq!(in_force(&running).as_deref(), Some("probability 0.0001"));
    stream.send(vector("config_ack")).await;
    until(|| in_force(&running).as_deref() == Some("probability 0.5")).await;
    let clients = running.shared.control.clients().all();
    assert_eq!(clients.len(), 1);
    let client = &clients[0];
    let who = (client.service.as_str(), client.host.as_str(), client.pid);
    assert_eq!(who, ("checkout", "host-1", 4242));
    assert_eq!((client.language.as_str(), client.streams), ("PYTHON", 1));
    assert_eq!(client.told, Some(format!("probability 0.5; {LIMITS}")));
    assert_eq!(metric(&running, "campanile_opencensus_config_streams"), 1);
    assert_eq!(metric(&running, "campanile_opencensus_config_updates"), 1);
    stream.half_close();
    assert_eq!(stream.receive().await.expect("OK"), None);
    until(|| metric(&running, "campanile_opencensus_config_streams") == 0).await;
}

#[tokio::test]
async fn s11_a_library_that_does_not_say_what_is_in_force_gets_one_update() {
    let running = sampled(&json!({"rate_limiting": 10})).await;
    let mut stream = asking(&running).await;
    stream.send(vector("config_first_no_config")).await;
    let update = told(&mut stream).await;
    assert_eq!(in_words(&update), format!("rate_limiting 10; {LIMITS}"));
    assert_eq!(in_force(&running), None);
    stream.half_close();
    assert_eq!(stream.receive().await.expect("OK"), None, "one update only");
}

#[tokio::test]
async fn s12_a_first_message_without_a_node_ends_the_stream() {
    let running = sampled(&json!({"constant": "always_on"})).await;
    let mut stream = asking(&running).await;
    stream.send(vector("config_first_no_node")).await;
    let status = stream.receive().await.expect_err("a violation");
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(invalid(&running, "no_node"), 1);
    assert_eq!(running.shared.control.clients().all(), []);
}

#[tokio::test]
async fn s13_a_change_reaches_every_live_stream_once_and_closed_ones_not() {
    let running = sampled(&json!({"probability": 0.5})).await;
    let mut live = [asking(&running).await, asking(&running).await];
    let closed = asking(&running).await;
    for (index, stream) in live.iter_mut().enumerate() {
        stream.send(current(node(&index.to_string()), None)).await;
        told(stream).await;
    }
    drop(closed);
    until(|| metric(&running, "campanile_opencensus_config_streams") == 2).await;
    publish(&running, &json!({"probability": 0.5}));
    publish(&running, &json!({"constant": "always_parent"}));
    for (index, stream) in live.iter_mut().enumerate() {
        let update = told(stream).await;
        assert_eq!(in_words(&update), format!("always_parent; {LIMITS}"));
        assert_eq!(update.node, node(&index.to_string()));
    }
    publish(&running, &json!({"constant": "always_off"}));
    for stream in &mut live {
        let update = told(stream).await;
        assert_eq!(in_words(&update), format!("always_off; {LIMITS}"));
        stream.half_close();
        assert_eq!(stream.receive().await.expect("OK"), None);
    }
    assert_eq!(metric(&running, "campanile_opencensus_config_updates"), 6);
}

#[tokio::test]
async fn s14_a_library_that_half_closes_at_once_is_told_and_let_go() {
    let running = sampled(&json!({"constant": "always_on"})).await;
    let mut stream = asking(&running).await;
    stream.send(vector("config_first")).await;
    stream.half_close();
    let update = told(&mut stream).await;
    assert_eq!(in_words(&update), format!("always_on; {LIMITS}"));
    assert_eq!(stream.receive().await.expect("OK"), None);
}

#[tokio::test]
async fn without_a_sampler_a_library_is_answered_with_what_it_said_and_goes_on_as_it_is() {
    let running = running().await;
    let mut stream = asking(&running).await;
    stream.send(vector("config_first")).await;
    let update = told(&mut stream).await;
    assert_eq!(in_words(&update), "probability 0.0001");
    let mut silent = asking(&running).await;
    silent.send(vector("config_first_no_config")).await;
    let update = told(&mut silent).await;
    assert_eq!(update.config, None);
    assert!(update.node.is_some());
    // A sampler that is configured later reaches both; one that is taken away says nothing.
    publish(&running, &json!({"probability": 0.25}));
    for stream in [&mut stream, &mut silent] {
        let update = told(stream).await;
        assert_eq!(in_words(&update), format!("probability 0.25; {LIMITS}"));
    }
    publish(&running, &Value::Null);
    publish(&running, &json!({"probability": 0.75}));
    let update = told(&mut stream).await;
    assert_eq!(in_words(&update), format!("probability 0.75; {LIMITS}"));
}

#[tokio::test]
async fn another_node_on_the_same_stream_is_told_too() {
    let running = sampled(&json!({"probability": 0.5})).await;
    let mut stream = asking(&running).await;
    for service in ["a", "a", "b"] {
        stream.send(current(node(service), None)).await;
    }
    assert_eq!(told(&mut stream).await.node, node("a"));
    assert_eq!(told(&mut stream).await.node, node("b"));
    stream.half_close();
    assert_eq!(stream.receive().await.expect("OK"), None);
    assert_eq!(running.shared.control.clients().all().len(), 2);
}

#[tokio::test]
async fn what_is_no_configuration_is_refused_and_counted() {
    let running = sampled(&json!({"probability": 0.5})).await;
    let cases: [(&[u8], Code, &str); 3] = [
        (&[0x12, 9, 1], Code::InvalidArgument, "protobuf"),
        (&[0x08, 1], Code::InvalidArgument, "protobuf"),
        (
            &[&[0x0a, 0x80, 0x80, 5][..], &[0; 80 << 10]].concat(),
            Code::ResourceExhausted,
            "too_large",
        ),
    ];
    for (bytes, code, reason) in cases {
        let before = invalid(&running, reason);
        let mut stream = asking(&running).await;
        stream.send(bytes.to_vec()).await;
        let status = stream.receive().await.expect_err("refused");
        assert_eq!(status.code(), code, "{status:?}");
        assert_eq!(invalid(&running, reason), before + 1);
    }
}

#[tokio::test]
async fn a_stop_ends_config_streams_with_unavailable() {
    let running = sampled(&json!({"probability": 0.5})).await;
    let mut stream = asking(&running).await;
    stream.send(vector("config_first")).await;
    told(&mut stream).await;
    let tasks = running.tasks.clone();
    let stopped = tokio::spawn(async move { tasks.stop().await });
    let status = stream.receive().await.expect_err("the agent stops");
    assert_eq!(status.code(), Code::Unavailable);
    drop(stream);
    crate::receivers::testing::within(stopped)
        .await
        .expect("joined");
}
