use std::time::Duration;

use axum::response::Response;
use campanile_wire::otlp::response::{PartialSuccess, encode, encode_json, rpc_status};
use campanile_wire::otlp::{Signal, json};
use serde_json::{Value, json};

use super::OtlpHttp;
use crate::component::{Delivery, ExportError, Exported};
use crate::exporters::testing::{Backend, answer, attempt, build, gunzip, refused, vector, wrong};
use crate::payload::testing::spans;

fn exporter(backend: &Backend, extra: &Value) -> Delivery {
    let mut config = json!({"endpoint": format!("http://{}/base/", backend.address)});
    let keys = config.as_object_mut().expect("an object");
    keys.extend(extra.as_object().cloned().unwrap_or_default());
    build::<OtlpHttp>(&config)
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

fn permanent(outcome: Result<Exported, ExportError>) -> String {
    match outcome {
        Err(ExportError::Permanent { message } | ExportError::Refused { message }) => message,
        other => panic!("{other:?}"),
    }
}

fn retryable(outcome: Result<Exported, ExportError>) -> (String, Option<Duration>) {
    match outcome {
        Err(ExportError::Retryable {
            message,
            retry_after,
        }) => (message, retry_after),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_bytes_of_a_payload_arrive_compressed_with_the_headers() {
    let mut backend = Backend::start(|| answer(200, &[], "")).await;
    let delivery = exporter(&backend, &json!({"headers": {"x-tenant": "blue"}}));
    let payload = spans(["a", "b"]);
    let outcome = attempt(&*delivery.exporter, payload.clone()).await;
    assert_eq!(outcome, Ok(Exported::default()));
    let received = backend.received();
    assert_eq!(received.path, "/base/v1/traces");
    assert_eq!(received.headers["content-type"], "application/x-protobuf");
    assert_eq!(received.headers["content-encoding"], "gzip");
    assert_eq!(received.headers["x-tenant"], "blue");
    assert_eq!(gunzip(&received.body), payload.bytes().as_ref());
}

#[tokio::test]
async fn json_is_sent_where_it_is_asked_for() {
    let mut backend = Backend::start(|| answer(200, &[], "{}")).await;
    let extra = json!({"encoding": "json", "compression": "none"});
    let delivery = exporter(&backend, &extra);
    let payload = spans(["a"]);
    let outcome = attempt(&*delivery.exporter, payload.clone()).await;
    assert_eq!(outcome, Ok(Exported::default()));
    let received = backend.received();
    assert_eq!(received.headers["content-type"], "application/json");
    assert!(!received.headers.contains_key("content-encoding"));
    let decoded = json::decode(Signal::Traces, &received.body);
    assert_eq!(decoded.as_deref(), Ok(payload.bytes().as_ref()));
}

#[tokio::test]
async fn a_signal_can_have_a_url_of_its_own() {
    let mut backend = Backend::start(|| answer(200, &[], "")).await;
    let url = format!("http://{}/here?key=1", backend.address);
    let delivery = build::<OtlpHttp>(&json!({"traces_endpoint": url}));
    let outcome = attempt(&*delivery.exporter, spans(["a"])).await;
    assert_eq!(outcome, Ok(Exported::default()));
    assert_eq!(backend.received().path, "/here");
}

#[tokio::test]
async fn partial_success_is_read_in_the_encoding_of_the_answer() {
    let partial = || {
        Some(PartialSuccess {
            rejected: 1,
            message: "too old".into(),
        })
    };
    let expected = Ok(Exported {
        rejected: 1,
        sampled_out: 0,
        message: "too old".into(),
    });
    let proto = outcome(move || answer(200, &[], encode(&partial()))).await;
    assert_eq!(proto, expected);
    let json = outcome(move || {
        let body = encode_json(Signal::Traces, &partial());
        answer(200, &[("content-type", "application/json")], body)
    });
    assert_eq!(json.await, expected);
}

#[tokio::test]
async fn an_overloaded_destination_is_tried_again_when_it_says() {
    for status in [429, 502, 503, 504] {
        let headers = &[("retry-after", "7")];
        let (message, wait) = retryable(outcome(move || answer(status, headers, "busy")).await);
        assert_eq!(wait, Some(Duration::from_secs(7)), "{status}");
        assert!(message.contains(&status.to_string()), "{message}");
        assert!(message.ends_with(": busy"), "{message}");
    }
    let (_, wait) = retryable(outcome(|| answer(503, &[], "")).await);
    assert_eq!(wait, None);
}

#[tokio::test]
async fn what_is_refused_for_good_says_where_and_why() {
    let status = || rpc_status(3, "span 2 has no name");
    let message = permanent(outcome(move || answer(400, &[], status())).await);
    let expected = "/base/v1/traces (HTTP): 400 Bad Request: span 2 has no name";
    assert!(message.ends_with(expected), "{message}");
    for status in [401, 404, 413, 500, 501] {
        permanent(outcome(move || answer(status, &[], "no")).await);
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = &[("location", "http://127.0.0.1:1/")];
    let message = permanent(outcome(|| answer(307, elsewhere, "")).await);
    assert!(message.contains("redirects are not followed"), "{message}");
}

#[tokio::test]
async fn of_a_huge_answer_the_beginning_is_read() {
    let message = permanent(outcome(|| answer(400, &[], vec![b'x'; 10 << 20])).await);
    assert!(
        message.ends_with("xxx...") && message.len() < 400,
        "{message}"
    );
    let taken = outcome(|| answer(200, &[], vec![0xff; 10 << 20])).await;
    assert_eq!(taken, Ok(Exported::default()));
}

#[tokio::test]
async fn a_destination_that_is_not_there_is_tried_again() {
    let address = refused().await;
    let config = json!({"endpoint": format!("http://{address}"), "headers": {"k": "secret"}});
    let delivery = build::<OtlpHttp>(&config);
    let outcome = attempt(&*delivery.exporter, spans(["a"])).await;
    let (message, _) = retryable(outcome);
    assert!(
        message.contains(&format!("http://{address}/v1/traces (HTTP)")),
        "{message}"
    );
    assert!(
        message.contains("refused") && !message.contains("secret"),
        "{message}"
    );
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_again() {
    retryable(outcome(|| panic!("as the test says")).await);
}

#[tokio::test]
async fn a_signal_without_an_endpoint_is_refused_with_the_key_to_set() {
    let delivery = build::<OtlpHttp>(&json!({"logs_endpoint": "http://127.0.0.1:1/logs"}));
    let message = permanent(attempt(&*delivery.exporter, spans(["a"])).await);
    assert!(message.contains("traces_endpoint"), "{message}");
}

#[test]
fn what_is_wrong_is_named_by_its_key() {
    let config = json!({
        "endpoint": "collector:4318",
        "logs_endpoint": "http://me:secret@collector/logs",
        "tls": {"cert_file": "/c"},
        "headers": {"host": "x"},
        "sending_queue": {"queue_size": 0},
        "retry_on_failure": {"randomization_factor": 2.0},
    });
    let expected = [
        "endpoint",
        "logs_endpoint",
        "tls.key_file",
        "headers.host",
        "sending_queue.queue_size",
        "retry_on_failure.randomization_factor",
    ];
    assert_eq!(wrong::<OtlpHttp>(&config), expected);
    assert_eq!(wrong::<OtlpHttp>(&Value::Null), ["endpoint"]);
}

#[tokio::test]
async fn over_tls_the_certificate_must_be_for_the_name_and_from_the_authority() {
    let backend = Backend::start_tls(|| answer(200, &[], "")).await;
    let port = backend.address.port();
    let attempt = async |host: &str, tls: Value| {
        let config = json!({"endpoint": format!("https://{host}:{port}"), "tls": tls});
        attempt(&*build::<OtlpHttp>(&config).exporter, spans(["a"])).await
    };
    let ca = || json!({"ca_file": vector("ca.pem")});
    assert_eq!(attempt("localhost", ca()).await, Ok(Exported::default()));
    for outcome in [
        attempt("127.0.0.1", ca()).await,
        attempt("localhost", json!({})).await,
    ] {
        let (message, _) = retryable(outcome);
        assert!(message.contains("certificate"), "{message}");
    }
}

#[tokio::test]
async fn a_header_that_the_destination_repeats_is_not_passed_on() {
    let backend = Backend::start(|| answer(400, &[], "no such user: Bearer hunter2")).await;
    let headers = json!({"headers": {"authorization": "Bearer hunter2"}});
    let delivery = exporter(&backend, &headers);
    let message = permanent(attempt(&*delivery.exporter, spans(["a"])).await);
    assert!(message.ends_with("no such user: [redacted]"), "{message}");
}
