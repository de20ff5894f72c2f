//! Overload, shutdown, and clients that behave oddly.

use std::sync::Arc;

use campanile_wire::grpc::BytesCodec;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tonic::Code;
use tonic_types::StatusExt as _;

use super::super::handover::Handover;
use super::super::stream::{Next, next};
use super::*;
use crate::component::Refusal;
use crate::payload::Payload;
use crate::receivers::counters::{Invalid, Items};
use crate::receivers::testing::{Recorder, until};

const SOON: Refusal = Refusal::Overloaded {
    retry_after: Duration::from_millis(100),
};

#[tokio::test]
async fn a_stream_waits_for_room() {
    let running = running().await;
    let stream = export(&running).await;
    running.recorder.refuse_once(Refusal::Overloaded {
        retry_after: Duration::ZERO,
    });
    stream.send(message(node("a"), None, vec![span("1")])).await;
    stream.finish().await.expect("there was room in the end");
    assert_eq!((accepted(&running), refused(&running)), (1, 0));
}

#[tokio::test]
async fn lasting_overload_ends_the_stream_with_unavailable_and_when_to_come_back() {
    let running = running().await;
    running.recorder.refuse_all(Some(SOON));
    let mut stream = export(&running).await;
    let spans = vec![span("1"), span("2")];
    stream.send(message(node("a"), None, spans)).await;
    let status = stream.answer().await.expect_err("no room");
    assert_eq!(status.code(), Code::Unavailable);
    let info = status.get_details_retry_info().expect("RetryInfo");
    assert_eq!(info.retry_delay, Some(Duration::from_millis(100)));
    assert_eq!((accepted(&running), refused(&running)), (0, 2));

    running.recorder.refuse_all(None);
    let stream = export(&running).await;
    stream.send(message(node("a"), None, vec![span("3")])).await;
    stream.finish().await.expect("it serves again");
}

#[tokio::test]
async fn what_the_pipeline_will_never_take_is_an_invalid_argument() {
    let running = running().await;
    running.recorder.refuse_once(Refusal::Rejected("no".into()));
    let mut stream = export(&running).await;
    stream.send(message(node("a"), None, vec![span("1")])).await;
    let status = stream.answer().await.expect_err("rejected");
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!((failed(&running), refused(&running)), (1, 0));
}

#[tokio::test]
async fn shutdown_keeps_what_arrived_and_ends_streams_with_unavailable() {
    let running = running().await;
    let mut idle = export(&running).await;
    let mut busy = export(&running).await;
    busy.send(message(node("a"), None, vec![span("1")])).await;
    running.recorder.payloads(1).await;
    let stopping = running.tasks.clone();
    let stopped = tokio::spawn(async move { stopping.stop().await });
    for stream in [&mut idle, &mut busy] {
        let status = stream.answer().await.expect_err("the agent stops");
        assert_eq!(status.code(), Code::Unavailable);
        assert!(status.message().contains("shutting down"), "{status:?}");
    }
    drop((idle, busy));
    crate::receivers::testing::within(stopped)
        .await
        .expect("joined");
    assert_eq!((accepted(&running), streams(&running)), (1, 0));
}

#[tokio::test]
async fn what_has_arrived_comes_before_the_end_of_the_agent() {
    let frames = [0, 0, 0, 0, 1, b'x'].repeat(20);
    let mut messages =
        tonic::Streaming::new_request(BytesCodec, axum::body::Body::from(frames), None, None);
    let invalid = Invalid::new(&context("opencensus"), &[]);
    let stop = CancellationToken::new();
    stop.cancel();
    for _ in 0..20 {
        let next = next(&mut messages, &stop, &invalid).await;
        assert!(matches!(next, Next::Message(_)));
    }
    assert!(matches!(
        next(&mut messages, &stop, &invalid).await,
        Next::End
    ));
}

#[tokio::test]
async fn a_client_that_never_stops_sending_does_not_keep_the_agent() {
    let running = running().await;
    let stream = export(&running).await;
    stream.send(message(node("a"), None, vec![])).await;
    let endless = async {
        loop {
            stream.send(message(None, None, vec![span("1")])).await;
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = endless => {}
        () = crate::receivers::testing::within(running.tasks.stop()) => {}
    }
}

#[tokio::test]
async fn a_client_that_never_reads_its_answers_is_served() {
    let running = running().await;
    let stream = export(&running).await;
    stream.send(message(node("a"), None, vec![])).await;
    for index in 0..200 {
        let spans = vec![span(&index.to_string())];
        stream.send(message(None, None, spans)).await;
    }
    running.recorder.payloads(200).await;
    drop(stream);
    until(|| streams(&running) == 0).await;
}

#[tokio::test]
async fn streams_per_connection_are_as_configured() {
    let running = configured(Config {
        max_concurrent_streams: 1,
        ..on_any_port()
    })
    .await;
    let mut client = client(&running).await;
    let first = client.open(EXPORT).await.expect("headers come at once");
    let mut other = client.clone();
    let second = tokio::spawn(async move { other.open(EXPORT).await });
    until(|| streams(&running) == 1).await;
    first.finish().await.expect("a clean end");
    let second = second
        .await
        .expect("not cancelled")
        .expect("it was its turn");
    until(|| streams(&running) == 1).await;
    second.finish().await.expect("a clean end");
}

fn handover(recorder: &Recorder, patience: Duration) -> Handover {
    Handover {
        origin: crate::origin::Origin::new("opencensus", "grpc"),
        consumer: Arc::new(recorder.clone()),
        items: Items::new(&context("opencensus"), "grpc", Signal::Traces),
        patience,
        stop: CancellationToken::new(),
    }
}

fn payload() -> Payload {
    let limits = campanile_wire::otlp::Limits::default();
    Payload::parse(Signal::Traces, Bytes::new(), &limits).expect("valid")
}

#[tokio::test(start_paused = true)]
async fn the_pause_between_attempts_is_the_pipeline_s_and_a_short_one() {
    for (wish, pause) in [(0, 10), (30, 30), (1_000, 50)] {
        let recorder = Recorder::default();
        let handover = handover(&recorder, Duration::from_secs(10));
        let start = Instant::now();
        for _ in 0..3 {
            recorder.refuse_once(Refusal::Overloaded {
                retry_after: Duration::from_millis(wish),
            });
        }
        assert_eq!(handover.take(payload()).await, Ok(()));
        assert_eq!(start.elapsed(), 3 * Duration::from_millis(pause));
    }
}

#[tokio::test(start_paused = true)]
async fn patience_ends_with_a_last_attempt() {
    let recorder = Recorder::default();
    let handover = handover(&recorder, Duration::from_millis(250));
    recorder.refuse_all(Some(SOON));
    let start = Instant::now();
    assert_eq!(handover.take(payload()).await, Err(SOON));
    assert_eq!(start.elapsed(), Duration::from_millis(250));
}

#[tokio::test(start_paused = true)]
async fn a_stop_cuts_the_waiting_short_but_tries_once_more() {
    let recorder = Recorder::default();
    let handover = handover(&recorder, Duration::from_secs(3_600));
    recorder.refuse_all(Some(Refusal::Overloaded {
        retry_after: Duration::from_secs(600),
    }));
    let start = Instant::now();
    let stop = handover.stop.clone();
    let taking = tokio::spawn(async move { handover.take(payload()).await });
    tokio::task::yield_now().await;
    recorder.refuse_all(None);
    stop.cancel();
    assert_eq!(taking.await.expect("not cancelled"), Ok(()));
    assert_eq!(start.elapsed(), Duration::ZERO);
}
