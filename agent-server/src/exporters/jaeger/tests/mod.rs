//! The exporter against a server.

mod config;

use axum::body::Body;
use axum::response::Response;
use bytes::{BufMut, Bytes, BytesMut};
use campanile_wire::jaeger::api_v2::PostSpansRequest;
use http::{HeaderMap, HeaderValue};
use http_body_util::{BodyExt as _, Full};
use prost::Message as _;
use serde_json::{Value, json};
use tonic::{Code, Status};

use super::Jaeger;
use crate::component::{Delivery, ExportError, Exported};
use crate::exporters::testing::{Backend, attempt, build, gunzip, refused};
use crate::payload::testing::spans;

/// A successful answer over gRPC that holds `message`.
fn ok(message: &[u8]) -> Response {
    let mut frame = BytesMut::new();
    frame.put_u8(0);
    frame.put_u32(u32::try_from(message.len()).expect("a short message"));
    frame.put_slice(message);
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static("0"));
    let body = Full::new(frame.freeze());
    let body = body.with_trailers(std::future::ready(Some(Ok(trailers))));
    Response::builder()
        .header("content-type", "application/grpc")
        .body(Body::new(body))
        .expect("a valid answer")
}

fn exporter(backend: &Backend, extra: &Value) -> Delivery {
    let mut config = json!({"endpoint": format!("http://{}", backend.address)});
    let keys = config.as_object_mut().expect("an object");
    keys.extend(extra.as_object().cloned().unwrap_or_default());
    build::<Jaeger>(&config)
}

/// What one attempt comes to when the destination answers as told.
async fn outcome(
    answer: impl Fn() -> Response + Clone + Send + Sync + 'static,
) -> Result<Exported, ExportError> {
    let backend = Backend::start(answer).await;
    let delivery = exporter(&backend, &json!({}));
    let outcome = attempt(&*delivery.exporter, spans(["a"])).await;
    drop(delivery);
    backend.stop().await;
    outcome
}

fn names(message: &[u8]) -> Vec<String> {
    let request = PostSpansRequest::decode(message).expect("protobuf");
    let spans = request.batch.expect("a batch").spans;
    spans.into_iter().map(|span| span.operation_name).collect()
}

#[tokio::test]
async fn a_payload_is_one_call_with_the_headers() {
    for (compression, flag) in [("gzip", 1), ("none", 0)] {
        let mut backend = Backend::start(|| ok(b"")).await;
        let extra = json!({"headers": {"x-tenant": "blue"}, "compression": compression});
        let delivery = exporter(&backend, &extra);
        let outcome = attempt(&*delivery.exporter, spans(["a", "b"])).await;
        assert_eq!(outcome, Ok(Exported::default()));
        let received = backend.received();
        assert_eq!(received.path, "/jaeger.api_v2.CollectorService/PostSpans");
        assert_eq!(received.headers["x-tenant"], "blue");
        assert_eq!(received.body[0], flag, "{compression}");
        let message = match compression {
            "gzip" => gunzip(&received.body[5..]),
            _ => received.body[5..].to_vec(),
        };
        assert_eq!(names(&message), ["a", "b"]);
    }
}

#[tokio::test]
async fn each_code_says_whether_to_try_again() {
    let table = [
        (Code::Unavailable, "Retryable"),
        (Code::DeadlineExceeded, "Retryable"),
        (Code::InvalidArgument, "Refused"),
        (Code::ResourceExhausted, "Refused"),
        (Code::Unimplemented, "Permanent"),
        (Code::Unauthenticated, "Permanent"),
    ];
    for (code, expected) in table {
        let answer = move || Status::with_details(code, "so it is", Bytes::new()).into_http();
        let error = outcome(answer).await.expect_err("refused");
        assert!(
            format!("{error:?}").starts_with(expected),
            "{code:?}: {error:?}"
        );
        assert!(error.to_string().contains("so it is"), "{error}");
    }
}

#[tokio::test]
async fn an_answer_that_is_too_large_does_not_send_the_spans_again() {
    let error = outcome(|| ok(&vec![0; 70 << 10]))
        .await
        .expect_err("refused");
    assert!(matches!(error, ExportError::Permanent { .. }), "{error:?}");
}

#[tokio::test]
async fn a_destination_that_is_not_there_is_tried_again() {
    let address = refused().await;
    let delivery = build::<Jaeger>(&json!({"endpoint": format!("http://{address}")}));
    let error = attempt(&*delivery.exporter, spans(["a"]))
        .await
        .expect_err("refused");
    assert!(matches!(error, ExportError::Retryable { .. }), "{error:?}");
    assert!(error.to_string().contains(&address.to_string()), "{error}");
}
