//! The gRPC side, with well-formed requests.

use campanile_wire::otlp::response::decode;
use campanile_wire::otlp::write::{bytes, nested};
use tonic::Code;
use tonic_types::StatusExt as _;

use super::*;
use crate::payload::Payload;
use crate::receivers::testing::{capture, event_bytes};

#[tokio::test]
async fn every_vector_is_taken_as_it_came() {
    let running = running().await;
    let mut plain = client(&running).await;
    let mut gzip = plain.clone().gzip();
    for (signal, vector) in requests() {
        for client in [&mut plain, &mut gzip] {
            let response = client.unary(signal.grpc_path(), vector.bytes.clone()).await;
            let response = response.unwrap_or_else(|status| panic!("{}: {status}", vector.name));
            assert!(response.is_empty(), "partial_success is unset");
            let taken = running.recorder.taken();
            let last = taken.last().expect("taken");
            assert_eq!(
                (last.signal(), &last.bytes()[..]),
                (signal, &vector.bytes[..])
            );
        }
    }
    assert_eq!(items(&running, "accepted_spans", "grpc"), 2);
    assert_eq!(items(&running, "accepted_log_records", "grpc"), 2);
    assert!(items(&running, "accepted_metric_points", "grpc") > 2);
}

#[tokio::test]
async fn opentelemetry_for_python_is_understood() {
    let running = running().await;
    let (_, events) = capture("otel-python-otlp-grpc-metrics.json");
    let mut client = client(&running).await;
    for event in events.iter().filter(|event| event["event"] == "msg") {
        let path = Signal::Metrics.grpc_path();
        assert_eq!(event["method"], path);
        client
            .unary(path, event_bytes(event))
            .await
            .expect("accepted");
    }
    assert!(items(&running, "accepted_metric_points", "grpc") > 0);
}

#[tokio::test]
async fn an_empty_request_is_a_success_and_reaches_no_pipeline() {
    let running = running().await;
    let mut client = client(&running).await;
    for request in [&b""[..], &[0x0a, 0x00]] {
        let response = client.unary(Signal::Traces.grpc_path(), request).await;
        assert!(response.expect("a success").is_empty());
    }
    assert_eq!(running.recorder.taken(), []);
}

#[tokio::test]
async fn what_no_pipeline_takes_and_unknown_methods_are_unimplemented() {
    let running = with_pipelines(&[Signal::Traces]).await;
    let mut client = client(&running).await;
    let profiles = "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export";
    let cases = [
        (Signal::Logs.grpc_path(), "no pipeline takes logs"),
        (Signal::Metrics.grpc_path(), "no pipeline takes metrics"),
        (profiles, "there is no method /opentelemetry"),
    ];
    for (path, expected) in cases {
        let status = client.unary(path, &b""[..]).await.expect_err("not served");
        assert_eq!(status.code(), Code::Unimplemented);
        assert!(status.message().contains(expected), "{status:?}");
    }
    let path = Signal::Traces.grpc_path();
    client
        .unary(path, trace_request())
        .await
        .expect("traces are served");
}

#[tokio::test]
async fn overload_is_exhausted_with_when_to_come_back() {
    let running = running().await;
    let mut client = client(&running).await;
    let path = Signal::Traces.grpc_path();
    running.recorder.refuse_once(SOON);
    let status = client
        .unary(path, trace_request())
        .await
        .expect_err("no room");
    assert_eq!(status.code(), Code::ResourceExhausted);
    let info = status.get_details_retry_info().expect("RetryInfo");
    assert_eq!(info.retry_delay, Some(Duration::from_millis(1_500)));
    client
        .unary(path, trace_request())
        .await
        .expect("now there is room");
    assert_eq!(items(&running, "refused_spans", "grpc"), 1);
    assert_eq!(items(&running, "accepted_spans", "grpc"), 1);
}

#[tokio::test]
async fn shutdown_and_rejection_have_their_codes() {
    let running = running().await;
    let mut client = client(&running).await;
    let path = Signal::Traces.grpc_path();
    running.recorder.refuse_once(Refusal::ShuttingDown);
    let status = client
        .unary(path, trace_request())
        .await
        .expect_err("stopping");
    assert_eq!(status.code(), Code::Unavailable);
    running.recorder.refuse_once(Refusal::Rejected("no".into()));
    let status = client
        .unary(path, trace_request())
        .await
        .expect_err("rejected");
    assert_eq!(
        (status.code(), status.message()),
        (Code::InvalidArgument, "rejected: no")
    );
    assert_eq!(items(&running, "refused_spans", "grpc"), 1);
    assert_eq!(items(&running, "failed_spans", "grpc"), 1);
}

#[tokio::test]
async fn after_the_stop_nobody_listens() {
    let running = running().await;
    let address = running.address("otlp.protocols.grpc.endpoint");
    still_serves(&running).await;
    within(running.tasks.stop()).await;
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[tokio::test]
async fn payloads_say_that_they_came_by_grpc_and_from_whom() {
    let running = running().await;
    let mut client = client(&running).await;
    let path = Signal::Traces.grpc_path();
    client.unary(path, trace_request()).await.expect("taken");
    let taken = running.recorder.taken();
    let origin = taken[0].origins().each().next().flatten();
    let origin = origin.map(ToString::to_string);
    assert_eq!(origin.as_deref(), Some("otlp over grpc from 127.0.0.1"));
}

/// A request of spans with these trace ids.
fn with_trace_ids(ids: &[&[u8]]) -> Vec<u8> {
    let mut request = Vec::new();
    nested(&mut request, 1, |out| {
        nested(out, 2, |out| {
            for id in ids {
                nested(out, 2, |span| {
                    bytes(span, 1, id);
                    bytes(span, 2, &[7; 8]);
                });
            }
        });
    });
    request
}

#[tokio::test]
async fn spans_without_ids_are_a_partial_success() {
    let running = running().await;
    let mut client = client(&running).await;
    let path = Signal::Traces.grpc_path();
    for (ids, rejected, taken) in [
        (&[&[7; 16][..], &[0; 16], &[]][..], 2, 1),
        (&[&[0; 16]], 1, 1),
    ] {
        let answer = client.unary(path, with_trace_ids(ids)).await;
        let partial = decode(&answer.expect("a success")).expect("readable");
        let partial = partial.expect("a partial success");
        assert_eq!(partial.rejected, rejected);
        assert!(partial.message.contains("trace id"), "{partial:?}");
        let items: u64 = running.recorder.taken().iter().map(Payload::items).sum();
        assert_eq!(items, taken);
    }
    assert_eq!(invalid(&running, "ids"), 3);
    assert_eq!(items(&running, "refused_spans", "grpc"), 3);
    assert_eq!(items(&running, "accepted_spans", "grpc"), 1);
}
