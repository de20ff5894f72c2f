//! The receiver on real sockets.

mod captures;
mod config;
mod configure;
mod exported;
mod gateway;
mod hostile;
mod metrics;
mod pressure;
mod scripts;

use std::time::Duration;

use bytes::Bytes;
use campanile_wire::opencensus::agent::common::v1::{Node, ServiceInfo};
use campanile_wire::opencensus::agent::trace::v1::ExportTraceServiceRequest;
use campanile_wire::opencensus::resource::v1::Resource;
use campanile_wire::opencensus::trace::v1::{Span, TruncatableString};
use campanile_wire::otlp::Signal;
use prost::Message as _;

use super::OpenCensus;
use super::config::Config;
use super::receiver::OpenCensusReceiver;
use crate::component::Factory as _;
use crate::config::ListenAddress;
use crate::receivers::testing::{Client, Running, Stream, context, start, vectors};

const EXPORT: &str = "/opencensus.proto.agent.trace.v1.TraceService/Export";
const CONFIG: &str = "/opencensus.proto.agent.trace.v1.TraceService/Config";
const METRICS: &str = "/opencensus.proto.agent.metrics.v1.MetricsService/Export";

fn on_any_port() -> Config {
    Config {
        endpoint: ListenAddress::loopback(0),
        ..Config::default()
    }
}

async fn running() -> Running {
    configured(on_any_port()).await
}

async fn configured(config: Config) -> Running {
    with_pipelines(config, &[Signal::Traces]).await
}

async fn with_pipelines(config: Config, signals: &[Signal]) -> Running {
    let context = context("opencensus");
    OpenCensus::apply(&config, &context);
    let receiver = OpenCensusReceiver::new(config, context.clone());
    let receiver = receiver.with_patience(Duration::from_millis(50));
    start(Box::new(receiver), context, signals).await
}

async fn client(running: &Running) -> Client {
    Client::connect(running.address("opencensus.endpoint")).await
}

async fn export(running: &Running) -> Stream {
    let opened = client(running).await.open(EXPORT).await;
    opened.expect("headers come at once")
}

/// The wire vector of this name.
fn vector(name: &str) -> Bytes {
    let all = vectors("wire/opencensus.json");
    let found = all.into_iter().find(|vector| vector.name == name);
    found.expect("there is such a vector").bytes.into()
}

fn node(service: &str) -> Option<Node> {
    Some(Node {
        service_info: Some(ServiceInfo {
            name: service.to_owned(),
        }),
        ..Node::default()
    })
}

fn resource(label: &str) -> Option<Resource> {
    Some(Resource {
        labels: [("r".to_owned(), label.to_owned())].into(),
        ..Resource::default()
    })
}

fn span(name: &str) -> Span {
    Span {
        trace_id: Bytes::from_static(&[1; 16]),
        span_id: Bytes::from_static(&[2; 8]),
        name: Some(TruncatableString {
            value: name.to_owned(),
            truncated_byte_count: 0,
        }),
        ..Span::default()
    }
}

fn message(node: Option<Node>, resource: Option<Resource>, spans: Vec<Span>) -> Bytes {
    let request = ExportTraceServiceRequest {
        node,
        spans,
        resource,
    };
    request.encode_to_vec().into()
}

fn accepted(running: &Running) -> i64 {
    running.metric("otelcol_receiver_accepted_spans{receiver=\"opencensus\",transport=\"grpc\"}")
}

fn refused(running: &Running) -> i64 {
    running.metric("otelcol_receiver_refused_spans{receiver=\"opencensus\",transport=\"grpc\"}")
}

fn failed(running: &Running) -> i64 {
    running.metric("otelcol_receiver_failed_spans{receiver=\"opencensus\",transport=\"grpc\"}")
}

fn invalid(running: &Running, reason: &str) -> i64 {
    let labels = format!("{{receiver=\"opencensus\",reason=\"{reason}\"}}");
    running.metric(&format!("campanile_receiver_invalid{labels}"))
}

fn streams(running: &Running) -> i64 {
    running.metric("campanile_opencensus_streams{receiver=\"opencensus\"}")
}

fn nodes(running: &Running) -> i64 {
    running.metric("campanile_opencensus_nodes{receiver=\"opencensus\"}")
}
