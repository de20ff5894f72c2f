//! Malformed input at every door: a clear error to its sender, a count, and the agent goes on.

use std::io::Write as _;

use bytes::Bytes;
use campanile_tests::http;
use campanile_tests::process::Agent;
use campanile_tests::vectors;
use campanile_wire::grpc::BytesCodec;
use campanile_wire::otlp::Signal;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::uri::PathAndQuery;
use tonic::transport::Endpoint;
use tonic::{Code, Request, Status};

use crate::{AGENT, PROCESS};

/// Sends one gRPC message as it is.
async fn unary(url: String, path: &'static str, message: Vec<u8>) -> Result<Bytes, Status> {
    let channel = Endpoint::from_shared(url)
        .expect("a URL")
        .connect()
        .await
        .expect("it listens");
    let mut grpc = tonic::client::Grpc::new(channel);
    grpc.ready().await.expect("it takes requests");
    let path = PathAndQuery::from_static(path);
    let request = Request::new(Bytes::from(message));
    grpc.unary(request, path, BytesCodec)
        .await
        .map(tonic::Response::into_inner)
}

/// Opens an OpenCensus stream, sends these messages, half-closes, and returns how it ended.
async fn stream(agent: &Agent, messages: Vec<Vec<u8>>) -> Result<(), Status> {
    let url = agent.url("opencensus.endpoint");
    let channel = Endpoint::from_shared(url)
        .expect("a URL")
        .connect()
        .await
        .expect("it listens");
    let mut grpc = tonic::client::Grpc::new(channel);
    grpc.ready().await.expect("it takes requests");
    let path = "/opencensus.proto.agent.trace.v1.TraceService/Export";
    let messages = messages.into_iter().map(Bytes::from);
    let request = Request::new(tokio_stream::iter(messages));
    let answer = grpc
        .streaming(request, PathAndQuery::from_static(path), BytesCodec)
        .await?;
    let mut answers = answer.into_inner();
    while answers.message().await?.is_some() {}
    Ok(())
}

async fn post(agent: &Agent, kind: &str, encoding: Option<&str>, body: Vec<u8>) -> (u16, String) {
    let url = format!("{}/v1/traces", agent.url("otlp.protocols.http.endpoint"));
    let mut request = http().post(url).header("content-type", kind).body(body);
    if let Some(encoding) = encoding {
        request = request.header("content-encoding", encoding);
    }
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    (
        status,
        String::from_utf8_lossy(&answer.bytes().await.expect("a body")).into_owned(),
    )
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[tokio::test]
async fn malformed_input_is_answered_counted_and_survived() {
    let agent = Agent::start(PROCESS, AGENT).await;
    let json = "application/json";
    let protobuf = "application/x-protobuf";
    let good = vectors::wire("otlp.json", "otlp_trace_request");
    let cut = good[..good.len() - 3].to_vec();

    let otlp = agent.url("otlp.protocols.grpc.endpoint");
    let refused = unary(otlp.clone(), Signal::Traces.grpc_path(), cut.clone()).await;
    assert_eq!(
        refused.expect_err("cut short").code(),
        Code::InvalidArgument
    );
    let unknown = unary(otlp.clone(), "/no.such.Service/Method", good.clone()).await;
    assert_eq!(unknown.expect_err("unknown").code(), Code::Unimplemented);

    assert_eq!(post(&agent, protobuf, None, cut).await.0, 400);
    let (status, body) = post(&agent, json, None, b"{\"resourceSpans\": [{]}".to_vec()).await;
    assert_eq!(status, 400);
    assert!(body.contains("line 1"), "the answer says where: {body}");
    assert_eq!(
        post(&agent, protobuf, Some("gzip"), b"not gzip".to_vec())
            .await
            .0,
        400
    );
    let bomb = gzip(&vec![0; 64 << 20]);
    assert_eq!(post(&agent, protobuf, Some("gzip"), bomb).await.0, 413);
    assert_eq!(post(&agent, "text/plain", None, good.clone()).await.0, 415);

    let nameless = vectors::wire("opencensus.json", "export_next_spans_only");
    let violation = stream(&agent, vec![nameless]).await.expect_err("no node");
    assert_eq!(violation.code(), Code::InvalidArgument);
    assert!(violation.message().contains("node") || violation.message().contains("Node"));

    let invalid = agent.metric("campanile_receiver_invalid", &[]).await;
    assert!(invalid >= 6, "{invalid} counted");
    assert_eq!(
        agent.metric("otelcol_receiver_accepted_spans", &[]).await,
        0
    );

    // After all that, every door is open.
    unary(otlp, Signal::Traces.grpc_path(), good.clone())
        .await
        .expect("well formed");
    assert_eq!(
        post(&agent, protobuf, Some("gzip"), gzip(&good)).await.0,
        200
    );
    let whole = vectors::wire("opencensus.json", "export_first_node_spans_resource");
    stream(&agent, vec![whole]).await.expect("well formed");
    let accepted = agent.metric("otelcol_receiver_accepted_spans", &[]).await;
    assert!(accepted >= 3, "{accepted} accepted");
}
