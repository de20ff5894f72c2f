//! The receiver on real sockets.

mod config;
mod exporter;
mod grpc;
mod http;
mod sampling;
mod udp;

use campanile_wire::otlp::Signal;
use serde_json::Value;

use super::config::Config;
use super::receiver::JaegerReceiver;
use crate::receivers::testing::{Running, context, each_span, file, start};

/// A configuration that listens on any port: what `text` adds to it is YAML's JSON.
fn config(more: &Value) -> Config {
    let mut all = serde_json::json!({
        "protocols": {
            "grpc": { "endpoint": "127.0.0.1:0" },
            "thrift_binary": { "endpoint": "127.0.0.1:0" },
            "thrift_compact": { "endpoint": "127.0.0.1:0" },
            "thrift_http": { "endpoint": "127.0.0.1:0" },
        },
        "remote_sampling": {
            "http": { "endpoint": "127.0.0.1:0" },
            "grpc": { "endpoint": "127.0.0.1:0" },
        },
    });
    merge(&mut all, more);
    serde_json::from_value(all).expect("a configuration")
}

fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}

async fn running() -> Running {
    configured(&Value::Object(serde_json::Map::new())).await
}

async fn configured(more: &Value) -> Running {
    let context = context("jaeger");
    let receiver = JaegerReceiver::new(config(more), context.clone());
    let receiver = Box::new(receiver.expect("a valid configuration"));
    start(receiver, context, &[Signal::Traces]).await
}

/// The bytes of a wire vector.
fn vector(path: &str, name: &str) -> Vec<u8> {
    let all: Value = serde_json::from_str(&file(path)).expect("JSON");
    let mut list = all["vectors"].as_array().expect("a list").iter();
    let found = list.find(|vector| vector["name"] == name);
    let hex = found.expect("there is such a vector")["hex"].as_str();
    const_hex::decode(hex.expect("text")).expect("hex")
}

/// The names of the spans that were taken.
fn names(running: &Running) -> Vec<String> {
    let mut names = Vec::new();
    each_span(&running.recorder.taken(), |_, span| {
        names.push(span.name.to_owned());
    });
    names
}

fn spans(running: &Running, fate: &str, transport: &str) -> i64 {
    let labels = format!("{{receiver=\"jaeger\",transport=\"{transport}\"}}");
    running.metric(&format!("otelcol_receiver_{fate}_spans{labels}"))
}

fn invalid(running: &Running, reason: &str) -> i64 {
    let labels = format!("{{receiver=\"jaeger\",reason=\"{reason}\"}}");
    running.metric(&format!("campanile_receiver_invalid{labels}"))
}
