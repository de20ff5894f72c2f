//! The receiver on real sockets.

mod captures;
mod config;
mod exporter;
mod hostile;
mod http;

use std::time::Duration;

use campanile_wire::otlp::Signal;
use reqwest::{Client as HttpClient, RequestBuilder, Response};

use super::config::Config;
use super::receiver::ZipkinReceiver;
use crate::component::Refusal;
use crate::config::{ByteSize, ListenAddress};
use crate::receivers::testing::{Running, context, start, within};

const JSON: &str = "application/json";
const SPAN: &str = r#"[{"traceId":"a1","id":"b2","name":"get","timestamp":1,"duration":2}]"#;

const SOON: Refusal = Refusal::Overloaded {
    retry_after: Duration::from_millis(1_500),
};

fn on_any_port() -> Config {
    Config {
        endpoint: ListenAddress::loopback(0),
        max_request_body_size: ByteSize(1 << 20),
        ..Config::default()
    }
}

async fn running() -> Running {
    with(on_any_port(), &[Signal::Traces]).await
}

async fn with(config: Config, signals: &[Signal]) -> Running {
    let context = context("zipkin");
    let receiver = ZipkinReceiver::new(config, context.clone());
    start(Box::new(receiver), context, signals).await
}

/// A client that no proxy of the environment comes between.
fn client() -> HttpClient {
    let _ = rustls::crypto::ring::default_provider().install_default();
    HttpClient::builder().no_proxy().build().expect("a client")
}

fn post(running: &Running, path: &str) -> RequestBuilder {
    let address = running.address("zipkin.endpoint");
    client().post(format!("http://{address}{path}"))
}

async fn send(request: RequestBuilder) -> Response {
    within(request.send()).await.expect("an answer")
}

/// The status and the body of an answer.
async fn answer(request: RequestBuilder) -> (u16, String) {
    let response = send(request).await;
    let status = response.status().as_u16();
    let body = within(response.text()).await.expect("a body");
    (status, body)
}

fn accepted() -> (u16, String) {
    (202, String::new())
}

fn items(running: &Running, fate: &str) -> i64 {
    let labels = "{receiver=\"zipkin\",transport=\"http\"}";
    running.metric(&format!("otelcol_receiver_{fate}_spans{labels}"))
}

fn invalid(running: &Running, reason: &str) -> i64 {
    let labels = format!("{{receiver=\"zipkin\",reason=\"{reason}\"}}");
    running.metric(&format!("campanile_receiver_invalid{labels}"))
}

async fn still_serves(running: &Running) {
    let before = items(running, "accepted");
    assert_eq!(
        answer(post(running, "/api/v2/spans").body(SPAN)).await,
        accepted()
    );
    assert_eq!(items(running, "accepted"), before + 1);
}
