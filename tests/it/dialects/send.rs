//! The span of each service, as its library would send it.

use std::net::SocketAddr;

use campanile_tests::http;
use campanile_wire::opencensus::agent::common::v1::{Node, ServiceInfo};
use campanile_wire::opencensus::agent::trace::v1::ExportTraceServiceRequest;
use campanile_wire::opencensus::agent::trace::v1::trace_service_client::TraceServiceClient;
use campanile_wire::opencensus::trace::v1::{Span, TruncatableString};
use opentelemetry_proto::tonic::collector::trace::v1 as otlp;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1 as model;
use prost_types::Timestamp;
use serde_json::json;
use tokio::net::UdpSocket;

use super::{Link, TRACE, thrift};

/// An `Export` stream of one message, which holds node and span, and the half-close.
pub(super) async fn opencensus(agent: SocketAddr, link: Link) {
    let (start, end) = link.times();
    let span = Span {
        trace_id: TRACE.to_vec().into(),
        span_id: link.id().to_vec().into(),
        // What the Go library sends of a root.
        parent_span_id: link.parent().unwrap_or_default().to_vec().into(),
        name: Some(TruncatableString {
            value: "work".to_owned(),
            ..TruncatableString::default()
        }),
        start_time: Some(timestamp(start)),
        end_time: Some(timestamp(end)),
        ..Span::default()
    };
    let request = ExportTraceServiceRequest {
        node: Some(Node {
            service_info: Some(ServiceInfo {
                name: link.service.to_owned(),
            }),
            ..Node::default()
        }),
        spans: vec![span],
        ..ExportTraceServiceRequest::default()
    };
    let client = TraceServiceClient::connect(format!("http://{agent}")).await;
    let mut client = client.expect("the agent listens");
    let answer = client.export(tokio_stream::once(request)).await;
    let mut answers = answer.expect("the stream opens").into_inner();
    assert_eq!(answers.message().await.expect("a clean end"), None);
}

fn timestamp(nanos: u64) -> Timestamp {
    Timestamp {
        seconds: i64::try_from(nanos / 1_000_000_000).expect("before 2262"),
        nanos: i32::try_from(nanos % 1_000_000_000).expect("below a second"),
    }
}

/// A unary call.
pub(super) async fn otlp_grpc(agent: SocketAddr, link: Link) {
    use otlp::trace_service_client::TraceServiceClient;

    let client = TraceServiceClient::connect(format!("http://{agent}")).await;
    let mut client = client.expect("the agent listens");
    client.export(request(link)).await.expect("accepted");
}

/// A POST of OTLP/JSON.
pub(super) async fn otlp_json(agent: SocketAddr, link: Link) {
    let body = serde_json::to_vec(&request(link)).expect("JSON");
    post(agent, "/v1/traces", "application/json", body, 200).await;
}

fn request(link: Link) -> otlp::ExportTraceServiceRequest {
    let (start, end) = link.times();
    let service = any_value::Value::StringValue(link.service.to_owned());
    let span = model::Span {
        trace_id: TRACE.to_vec(),
        span_id: link.id().to_vec(),
        parent_span_id: link.parent().map(Vec::from).unwrap_or_default(),
        name: "work".to_owned(),
        start_time_unix_nano: start,
        end_time_unix_nano: end,
        ..model::Span::default()
    };
    let resource_spans = model::ResourceSpans {
        resource: Some(Resource {
            attributes: vec![KeyValue {
                key: "service.name".to_owned(),
                value: Some(AnyValue {
                    value: Some(service),
                }),
                ..KeyValue::default()
            }],
            ..Resource::default()
        }),
        scope_spans: vec![model::ScopeSpans {
            spans: vec![span],
            ..model::ScopeSpans::default()
        }],
        ..model::ResourceSpans::default()
    };
    otlp::ExportTraceServiceRequest {
        resource_spans: vec![resource_spans],
    }
}

/// A POST of Zipkin v2 JSON.
pub(super) async fn zipkin(agent: SocketAddr, link: Link) {
    let (start, end) = link.times();
    let span = json!({
        "traceId": const_hex::encode(TRACE),
        "id": const_hex::encode(link.id()),
        "parentId": link.parent().map(const_hex::encode),
        "name": "work",
        "timestamp": start / 1_000,
        "duration": (end - start) / 1_000,
        "localEndpoint": {"serviceName": link.service},
    });
    let body = json!([span]).to_string().into_bytes();
    post(agent, "/api/v2/spans", "application/json", body, 202).await;
}

async fn post(agent: SocketAddr, path: &str, content_type: &str, body: Vec<u8>, expected: u16) {
    let request = http()
        .post(format!("http://{agent}{path}"))
        .header("content-type", content_type)
        .body(body);
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), expected, "{:?}", answer.text().await);
}

/// A datagram in the compact protocol.
pub(super) async fn jaeger(agent: SocketAddr, link: Link) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a socket");
    let datagram = thrift::emit_batch(link);
    socket.send_to(&datagram, agent).await.expect("sent");
}
