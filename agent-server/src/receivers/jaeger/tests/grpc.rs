use std::time::Duration;

use tonic::Code;

use super::*;
use crate::component::Refusal;
use crate::receivers::testing::Client;

const POST_SPANS: &str = "/jaeger.api_v2.CollectorService/PostSpans";

async fn client(running: &Running) -> Client {
    Client::connect(running.address("jaeger.protocols.grpc.endpoint")).await
}

fn request() -> Vec<u8> {
    vector("wire/jaeger_zipkin_proto.json", "jaeger_post_spans")
}

#[tokio::test]
async fn spans_are_taken_and_the_answer_is_empty() {
    let running = running().await;
    let plain = client(&running).await.unary(POST_SPANS, request()).await;
    assert_eq!(plain.expect("taken"), "");
    let gzip = client(&running)
        .await
        .gzip()
        .unary(POST_SPANS, request())
        .await;
    assert_eq!(gzip.expect("taken"), "");
    assert_eq!(
        names(&running),
        ["GET /cart", "64-bit id", "GET /cart", "64-bit id"]
    );
    assert_eq!(spans(&running, "accepted", "grpc"), 4);
}

#[tokio::test]
async fn a_batch_without_spans_is_taken() {
    let running = running().await;
    let answer = client(&running).await.unary(POST_SPANS, Vec::new()).await;
    assert!(answer.is_ok(), "{answer:?}");
    assert_eq!(running.recorder.taken().len(), 0);
}

#[tokio::test]
async fn what_is_wrong_is_said_and_counted() {
    let running = running().await;
    let mut client = client(&running).await;
    let many = [&[0x0a, 0xc2, 0xb8, 0x02][..], &[0x0a, 0].repeat(20_001)].concat();
    let table = [
        (vec![0x0a, 0x05, 0x01], Code::InvalidArgument, "protobuf"),
        (many, Code::ResourceExhausted, "too_large"),
        (vec![0; 5 << 20], Code::ResourceExhausted, "too_large"),
    ];
    for (message, code, reason) in table {
        let before = invalid(&running, reason);
        let answer = client.unary(POST_SPANS, message).await;
        assert_eq!(answer.expect_err("refused").code(), code, "{reason}");
        assert_eq!(invalid(&running, reason), before + 1, "{reason}");
    }
    let other = client
        .unary("/jaeger.api_v2.QueryService/GetTrace", Vec::new())
        .await;
    assert_eq!(other.expect_err("unknown").code(), Code::Unimplemented);
}

#[tokio::test]
async fn a_refusal_says_whether_to_try_again() {
    let running = running().await;
    let mut client = client(&running).await;
    let retry_after = Duration::from_secs(1);
    let table = [
        (Refusal::Overloaded { retry_after }, Code::ResourceExhausted),
        (Refusal::ShuttingDown, Code::Unavailable),
        (Refusal::Rejected("no".to_owned()), Code::InvalidArgument),
    ];
    for (refusal, code) in table {
        running.recorder.refuse_once(refusal);
        let answer = client.unary(POST_SPANS, request()).await;
        assert_eq!(answer.expect_err("refused").code(), code);
    }
    assert_eq!(spans(&running, "refused", "grpc"), 4);
    assert_eq!(spans(&running, "failed", "grpc"), 2);
}
