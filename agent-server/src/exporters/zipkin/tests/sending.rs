//! Requests and answers.

use std::time::Duration;

use campanile_wire::zipkin::{Limits, proto3};
use serde_json::{Value, json};

use super::super::Zipkin;
use crate::component::{Delivery, Entry, ExportError, Exported};
use crate::exporters::testing::{Backend, answer, attempt, build, gunzip, refused, wrong};
use crate::payload::testing::spans;

fn exporter(backend: &Backend, extra: &Value) -> Delivery {
    let mut config = json!({"endpoint": format!("http://{}/api/v2/spans?k=s", backend.address)});
    let keys = config.as_object_mut().expect("an object");
    keys.extend(extra.as_object().cloned().unwrap_or_default());
    build::<Zipkin>(&config)
}

/// What one attempt comes to when the destination answers with `status`.
async fn outcome(status: u16) -> Result<Exported, ExportError> {
    let backend = Backend::start(move || answer(status, &[("retry-after", "7")], "busy")).await;
    let delivery = exporter(&backend, &json!({}));
    let outcome = attempt(&*delivery.exporter, spans(["a"])).await;
    drop(delivery);
    backend.stop().await;
    outcome
}

#[tokio::test]
async fn json_is_sent_with_the_headers() {
    let mut backend = Backend::start(|| answer(202, &[], "")).await;
    let delivery = exporter(&backend, &json!({"headers": {"x-tenant": "blue"}}));
    let outcome = attempt(&*delivery.exporter, spans(["a", "b"])).await;
    assert_eq!(outcome, Ok(Exported::default()));
    let received = backend.received();
    assert_eq!(received.path, "/api/v2/spans");
    assert_eq!(received.headers["content-type"], "application/json");
    assert_eq!(received.headers["x-tenant"], "blue");
    assert!(!received.headers.contains_key("content-encoding"));
    let span = |name: &str| {
        json!({"traceId": "a1".repeat(16), "id": "b2".repeat(8), "name": name,
            "localEndpoint": {"serviceName": "shop"}})
    };
    let list: Value = serde_json::from_slice(&received.body).expect("JSON");
    assert_eq!(list, json!([span("a"), span("b")]));
}

#[tokio::test]
async fn protobuf_and_gzip_are_sent_where_they_are_asked_for() {
    let mut backend = Backend::start(|| answer(202, &[], "")).await;
    let extra = json!({"format": "proto", "compression": "gzip"});
    let delivery = exporter(&backend, &extra);
    let outcome = attempt(&*delivery.exporter, spans(["a"])).await;
    assert_eq!(outcome, Ok(Exported::default()));
    let received = backend.received();
    assert_eq!(received.headers["content-type"], "application/x-protobuf");
    assert_eq!(received.headers["content-encoding"], "gzip");
    let mut names = Vec::new();
    let list = gunzip(&received.body);
    let read = proto3::read(&list, &Limits::default(), |span| {
        names.push(span.name.to_string())
    });
    assert_eq!((read, names), (Ok(()), vec!["a".to_owned()]));
}

#[tokio::test]
async fn each_answer_says_what_to_do() {
    for status in [200, 202] {
        assert_eq!(outcome(status).await, Ok(Exported::default()));
    }
    for status in [408, 429, 500, 502, 503, 504] {
        match outcome(status).await {
            Err(ExportError::Retryable {
                message,
                retry_after,
            }) => {
                assert_eq!(retry_after, Some(Duration::from_secs(7)));
                assert!(
                    message.ends_with(": busy") && !message.contains("k=s"),
                    "{message}"
                );
            }
            other => panic!("{status}: {other:?}"),
        }
    }
    for status in [400, 413, 422] {
        let outcome = outcome(status).await;
        assert!(
            matches!(outcome, Err(ExportError::Refused { .. })),
            "{status}: {outcome:?}"
        );
    }
    for status in [307, 401, 404, 501] {
        let outcome = outcome(status).await;
        assert!(
            matches!(outcome, Err(ExportError::Permanent { .. })),
            "{status}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn a_destination_that_is_not_there_is_tried_again() {
    let address = refused().await;
    let delivery = build::<Zipkin>(&json!({"endpoint": format!("http://{address}/")}));
    let outcome = attempt(&*delivery.exporter, spans(["a"])).await;
    assert!(
        matches!(outcome, Err(ExportError::Retryable { .. })),
        "{outcome:?}"
    );
}

#[test]
fn what_is_wrong_is_named_by_its_key() {
    let config = json!({
        "endpoint": "http://me:secret@zipkin:9411/",
        "default_service_name": "",
        "compression_params": {"level": 3},
        "proxy_url": "http://[",
        "auth": {"authenticator": ""},
        "headers": {"host": "x"},
        "sending_queue": {"queue_size": 0},
        "retry_on_failure": {"randomization_factor": 2.0},
    });
    let expected = [
        "endpoint",
        "default_service_name",
        "compression_params.level",
        "proxy_url",
        "headers.host",
        "auth.authenticator",
        "sending_queue.queue_size",
        "retry_on_failure.randomization_factor",
    ];
    assert_eq!(wrong::<Zipkin>(&config), expected);
    assert_eq!(wrong::<Zipkin>(&Value::Null), ["endpoint"]);
    assert_eq!(
        wrong::<Zipkin>(&json!({"endpoint": "zipkin:9411"})),
        ["endpoint"]
    );
}

#[test]
fn the_defaults_are_the_collector_s() {
    let defaults = Entry::of::<Zipkin>().defaults();
    assert_eq!(defaults["format"], "json");
    assert_eq!(defaults["default_service_name"], "<missing service name>");
    assert_eq!(defaults["compression"], "none");
    assert_eq!(defaults["timeout"], "5s");
}
