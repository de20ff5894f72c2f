use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use campanile_wire::otlp::response::{PartialSuccess, encode, retry_info};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tonic::{Code, Status};

use super::Otlp;
use crate::component::{Delivery, ExportError, Exported};
use crate::exporters::testing::{
    Backend, Received, attempt, build, grpc_ok as ok, gunzip, refused, vector, wrong,
};
use crate::payload::testing::spans;

/// An answer that is nothing but a status.
fn status(code: Code, message: &str, retry: Option<Duration>) -> Response {
    let details = retry.map(|delay| retry_info(code as i32, message, delay));
    Status::with_details(code, message, details.map(Bytes::from).unwrap_or_default()).into_http()
}

/// The message of a request: what follows the flag and the length.
fn message(received: &Received) -> (u8, &[u8]) {
    (received.body[0], &received.body[5..])
}

fn exporter(backend: &Backend, extra: &Value) -> Delivery {
    let mut config = json!({"endpoint": format!("http://{}", backend.address)});
    let keys = config.as_object_mut().expect("an object");
    keys.extend(extra.as_object().cloned().unwrap_or_default());
    build::<Otlp>(&config)
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

#[tokio::test]
async fn the_bytes_of_a_payload_arrive_compressed_with_the_headers() {
    let mut backend = Backend::start(|| ok(b"")).await;
    let delivery = exporter(&backend, &json!({"headers": {"x-tenant": "blue"}}));
    let payload = spans(["a", "b"]);
    let outcome = attempt(&*delivery.exporter, payload.clone()).await;
    assert_eq!(outcome, Ok(Exported::default()));
    let received = backend.received();
    let path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    assert_eq!(received.path, path);
    assert_eq!(received.headers["grpc-encoding"], "gzip");
    assert_eq!(received.headers["x-tenant"], "blue");
    let agent = received.headers["user-agent"].to_str().expect("text");
    assert!(agent.starts_with("campanile/"), "{agent}");
    let (flag, sent) = message(&received);
    assert_eq!(
        (flag, gunzip(sent).as_slice()),
        (1, payload.bytes().as_ref())
    );
}

#[tokio::test]
async fn without_compression_the_bytes_are_the_payloads() {
    let mut backend = Backend::start(|| ok(b"")).await;
    let delivery = exporter(&backend, &json!({"compression": "none"}));
    let payload = spans(["a"]);
    let outcome = attempt(&*delivery.exporter, payload.clone()).await;
    assert_eq!(outcome, Ok(Exported::default()));
    let received = backend.received();
    assert_eq!(message(&received), (0, payload.bytes().as_ref()));
    assert!(!received.headers.contains_key("grpc-encoding"));
}

#[tokio::test]
async fn partial_success_is_read() {
    let outcome = outcome(|| {
        ok(&encode(&Some(PartialSuccess {
            rejected: 1,
            message: "too old".into(),
        })))
    });
    let expected = Exported {
        rejected: 1,
        sampled_out: 0,
        message: "too old".into(),
    };
    assert_eq!(outcome.await, Ok(expected));
}

#[tokio::test]
async fn each_code_is_retried_as_the_specification_says() {
    let seven = Some(Duration::from_secs(7));
    let table = [
        (Code::Aborted, None, true),
        (Code::Cancelled, None, true),
        (Code::DataLoss, None, true),
        (Code::DeadlineExceeded, None, true),
        (Code::OutOfRange, None, true),
        (Code::ResourceExhausted, None, false),
        (Code::ResourceExhausted, seven, true),
        (Code::Unavailable, None, true),
        (Code::Unavailable, seven, true),
        (Code::Internal, None, false),
        (Code::InvalidArgument, None, false),
        (Code::PermissionDenied, None, false),
        (Code::Unauthenticated, None, false),
        (Code::Unimplemented, None, false),
        (Code::Unknown, None, false),
    ];
    for (code, delay, retryable) in table {
        let error = outcome(move || status(code, "so it is", delay))
            .await
            .unwrap_err();
        let text = error.to_string();
        assert!(
            text.ends_with(&format!(" (gRPC): {code:?}: so it is")),
            "{text}"
        );
        match error {
            ExportError::Permanent { .. } => assert!(!retryable, "{code:?}"),
            ExportError::Refused { .. } => {
                let of_the_payload = [Code::InvalidArgument, Code::ResourceExhausted];
                assert!(!retryable && of_the_payload.contains(&code), "{code:?}");
            }
            ExportError::Retryable { retry_after, .. } => {
                assert!(retryable, "{code:?}");
                assert_eq!(retry_after, delay, "{code:?}");
            }
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_read_and_not_asked_for_again() {
    let error = outcome(|| ok(&[0; 65 << 10])).await.unwrap_err();
    assert!(matches!(&error, ExportError::Permanent { .. }), "{error:?}");
    assert!(error.to_string().contains("too large"), "{error}");
}

#[tokio::test]
async fn an_answer_that_is_not_grpc_is_judged_by_its_http_status() {
    let outcome = outcome(|| {
        Response::builder()
            .status(503)
            .body(Body::empty())
            .expect("valid")
    });
    let error = outcome.await.unwrap_err();
    assert!(matches!(&error, ExportError::Retryable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_destination_that_is_not_there_is_tried_again() {
    let address = refused().await;
    let delivery = build::<Otlp>(&json!({"endpoint": format!("http://{address}")}));
    let error = attempt(&*delivery.exporter, spans(["a"]))
        .await
        .unwrap_err();
    assert!(matches!(&error, ExportError::Retryable { .. }), "{error:?}");
    let text = error.to_string();
    assert!(
        text.contains(&address.to_string()) && text.contains("refused"),
        "{text}"
    );
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_again() {
    // The handler's end is the connection's end: the request has been read and gets no answer.
    let error = outcome(|| panic!("as the test says")).await.unwrap_err();
    assert!(matches!(&error, ExportError::Retryable { .. }), "{error:?}");
}

#[tokio::test]
async fn an_http2_error_says_nothing_about_the_payload_and_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("port 0 is free");
    let address = listener.local_addr().expect("bound");
    let delivery = build::<Otlp>(&json!({"endpoint": format!("http://{address}")}));
    let answers = async {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        // An empty SETTINGS frame, and RST_STREAM of the first stream with PROTOCOL_ERROR.
        let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
        let reset = [0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 1];
        stream
            .write_all(&settings)
            .await
            .expect("the client listens");
        let mut request = Vec::new();
        while !contains_headers(&request) {
            let read = stream.read_buf(&mut request).await;
            assert_ne!(read.expect("a request"), 0, "the request ends too early");
        }
        stream.write_all(&reset).await.expect("the client listens");
        stream
    };
    let (error, _stream) = tokio::join!(attempt(&*delivery.exporter, spans(["a"])), answers);
    let error = error.unwrap_err();
    assert!(matches!(&error, ExportError::Retryable { .. }), "{error:?}");
}

/// Whether there is the beginning of a HEADERS frame of stream 1 in what was read.
fn contains_headers(read: &[u8]) -> bool {
    read.windows(6)
        .any(|window| matches!(window, [1, 4, 0, 0, 0, 1]))
}

#[tokio::test]
async fn an_attempt_that_is_given_up_makes_the_next_one_connect_anew() {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("port 0 is free");
    let address = listener.local_addr().expect("bound");
    let delivery = build::<Otlp>(&json!({"endpoint": format!("http://{address}")}));
    let mut silent = Vec::new();
    for _ in 0..2 {
        let accepted = tokio::select! {
            outcome = attempt(&*delivery.exporter, spans(["a"])) => panic!("{outcome:?}"),
            accepted = listener.accept() => accepted,
        };
        silent.push(accepted.expect("a connection"));
    }
    assert_eq!(silent.len(), 2);
}

#[tokio::test]
async fn a_destination_that_appears_later_is_found() {
    let address = refused().await;
    let delivery = build::<Otlp>(&json!({"endpoint": format!("http://{address}")}));
    attempt(&*delivery.exporter, spans(["a"]))
        .await
        .unwrap_err();
    let listener = TcpListener::bind(address)
        .await
        .expect("the port is free again");
    tokio::select! {
        outcome = attempt(&*delivery.exporter, spans(["a"])) => panic!("{outcome:?}"),
        accepted = listener.accept() => drop(accepted.expect("the same channel connects")),
    }
}

#[test]
fn what_is_wrong_is_named_by_its_key() {
    let config = json!({
        "endpoint": "collector",
        "tls": {"cert_file": "/c"},
        "headers": {"te": "x"},
        "sending_queue": {"num_consumers": 0},
        "retry_on_failure": {"multiplier": 0.5},
    });
    let expected = [
        "endpoint",
        "tls.key_file",
        "headers.te",
        "sending_queue.num_consumers",
        "retry_on_failure.multiplier",
    ];
    assert_eq!(wrong::<Otlp>(&config), expected);
    assert_eq!(wrong::<Otlp>(&Value::Null), ["endpoint"]);
}

#[test]
fn a_certificate_file_that_is_not_there_is_blamed() {
    let config = json!({"endpoint": "collector:4317", "tls": {"ca_file": "/nowhere/ca.pem"}});
    let configured = crate::component::Entry::of::<Otlp>().configure(&config);
    let context = crate::component::Context {
        id: "otlp".parse().expect("an id"),
        shared: crate::component::Shared::default(),
    };
    let error = configured.expect("valid").build(context).unwrap_err();
    assert_eq!(error.key, "tls.ca_file");
    assert!(error.message.contains("/nowhere/ca.pem"), "{error}");
}

#[tokio::test]
async fn over_tls_the_certificate_must_be_for_the_name_and_from_the_authority() {
    let backend = Backend::start_tls(|| ok(b"")).await;
    let endpoint = backend.address.to_string();
    let trusted = json!({"ca_file": vector("ca.pem"), "server_name_override": "collector.test"});
    let misnamed = json!({"ca_file": vector("ca.pem")});
    let untrusted = json!({"server_name_override": "collector.test"});
    let mut outcomes = Vec::new();
    for tls in [trusted, misnamed, untrusted] {
        let delivery = build::<Otlp>(&json!({"endpoint": endpoint, "tls": tls}));
        outcomes.push(attempt(&*delivery.exporter, spans(["a"])).await);
    }
    assert_eq!(outcomes[0], Ok(Exported::default()));
    for outcome in &outcomes[1..] {
        let refused = matches!(outcome, Err(ExportError::Retryable { message, .. })
            if message.contains("certificate"));
        assert!(refused, "{outcome:?}");
    }
}
