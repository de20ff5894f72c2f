//! The receiver on real sockets.

mod amplification;
mod config;
mod grpc;
mod hostile;
mod http;
mod listeners;
mod raw;

use std::time::Duration;

use campanile_wire::otlp::{Signal, json};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client as HttpClient, RequestBuilder, Response};

use super::config::{Config, Grpc, Http, Protocols};
use super::receiver::OtlpReceiver;
use crate::component::Refusal;
use crate::config::{ByteSize, ListenAddress};
use crate::payload::Payload;
use crate::receivers::testing::{Client, Running, Vector, context, start, vectors, within};

const PROTOBUF: &str = "application/x-protobuf";
const JSON: &str = "application/json";

const SOON: Refusal = Refusal::Overloaded {
    retry_after: Duration::from_millis(1_500),
};

fn on_any_port() -> Config {
    Config {
        protocols: Protocols {
            grpc: Some(Grpc {
                endpoint: ListenAddress::loopback(0),
                ..Grpc::default()
            }),
            http: Some(Http {
                endpoint: ListenAddress::loopback(0),
                max_request_body_size: ByteSize(1 << 20),
                ..Http::default()
            }),
        },
    }
}

async fn running() -> Running {
    with_pipelines(&Signal::ALL).await
}

async fn with_pipelines(signals: &[Signal]) -> Running {
    let context = context("otlp");
    let receiver = OtlpReceiver::new(on_any_port(), context.clone());
    start(Box::new(receiver), context, signals).await
}

async fn client(running: &Running) -> Client {
    Client::connect(running.address("otlp.protocols.grpc.endpoint")).await
}

/// A client that no proxy of the environment comes between.
fn http() -> HttpClient {
    let _ = rustls::crypto::ring::default_provider().install_default();
    HttpClient::builder().no_proxy().build().expect("a client")
}

fn post(running: &Running, path: &str, content_type: &str) -> RequestBuilder {
    let address = running.address("otlp.protocols.http.endpoint");
    http()
        .post(format!("http://{address}{path}"))
        .header(CONTENT_TYPE, content_type)
}

async fn send(request: RequestBuilder) -> Response {
    within(request.send()).await.expect("an answer")
}

/// The status, the content type and the body of an answer.
async fn answer(request: RequestBuilder) -> (u16, String, Vec<u8>) {
    let response = send(request).await;
    let content_type = response.headers().get(CONTENT_TYPE);
    let content_type = content_type.map(|value| value.to_str().expect("text").to_owned());
    let status = response.status().as_u16();
    let body = within(response.bytes()).await.expect("a body");
    (status, content_type.unwrap_or_default(), body.to_vec())
}

/// The request vectors, each with its signal.
fn requests() -> Vec<(Signal, Vector)> {
    let signal = |vector: &Vector| match vector.message.rsplit('.').next() {
        Some("ExportTraceServiceRequest") => Some(Signal::Traces),
        Some("ExportMetricsServiceRequest") => Some(Signal::Metrics),
        Some("ExportLogsServiceRequest") => Some(Signal::Logs),
        _ => None,
    };
    let all = vectors("wire/otlp.json").into_iter();
    let requests = all.filter_map(|vector| Some((signal(&vector)?, vector)));
    let requests: Vec<_> = requests.collect();
    assert_eq!(requests.len(), 3, "one per signal");
    requests
}

fn trace_request() -> Vec<u8> {
    let mut requests = requests().into_iter();
    let found = requests.find(|(signal, _)| *signal == Signal::Traces);
    found.expect("there is one").1.bytes
}

/// What a payload says, whatever the order of its fields.
fn meaning(signal: Signal, bytes: &[u8]) -> serde_json::Value {
    let text = json::encode(signal, bytes).expect("valid");
    serde_json::from_str(&text).expect("JSON")
}

fn meanings(taken: &[Payload]) -> Vec<serde_json::Value> {
    let meanings = taken
        .iter()
        .map(|payload| meaning(payload.signal(), payload.bytes()));
    meanings.collect()
}

fn items(running: &Running, fate: &str, transport: &str) -> i64 {
    let labels = format!("{{receiver=\"otlp\",transport=\"{transport}\"}}");
    running.metric(&format!("otelcol_receiver_{fate}{labels}"))
}

fn invalid(running: &Running, reason: &str) -> i64 {
    let labels = format!("{{receiver=\"otlp\",reason=\"{reason}\"}}");
    running.metric(&format!("campanile_receiver_invalid{labels}"))
}

async fn still_serves(running: &Running) {
    let before = items(running, "accepted_spans", "grpc");
    let mut client = client(running).await;
    let path = Signal::Traces.grpc_path();
    client.unary(path, trace_request()).await.expect("accepted");
    assert_eq!(items(running, "accepted_spans", "grpc"), before + 1);
    let request = post(running, "/v1/traces", PROTOBUF).body(trace_request());
    assert_eq!(answer(request).await.0, 200);
}
