use axum::Router;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use campanile_wire::otlp::Signal;
use http::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::super::OpenCensus;
use crate::component::{Context, Delivery, ExportError, Exported, Shared, Tasks};
use crate::config::Endpoint;
use crate::exporters::testing::{Backend, attempt, build, refused, wrong};
use crate::payload::Payload;
use crate::payload::testing::{names, spans};
use crate::receivers::opencensus::translate_message;
use crate::serve;

/// An answer without messages: its status is in its head.
fn status(code: &'static str) -> Response {
    let response = Response::builder().status(StatusCode::OK);
    let response = response
        .header("content-type", "application/grpc")
        .header("grpc-status", code);
    response.body(Body::empty()).expect("valid")
}

fn to(endpoint: &str, more: &Value) -> Delivery {
    let mut config = json!({"endpoint": format!("http://{endpoint}"), "compression": "none"});
    let all = config.as_object_mut().expect("an object");
    all.extend(more.as_object().expect("an object").clone());
    build::<OpenCensus>(&config)
}

async fn outcome(code: &'static str) -> Result<Exported, ExportError> {
    let backend = Backend::start(move || status(code)).await;
    let delivery = to(&backend.address.to_string(), &json!({}));
    let outcome = attempt(&*delivery.exporter, spans(["a"])).await;
    backend.stop().await;
    outcome
}

/// The messages in a request's body.
fn messages(mut body: Bytes) -> Vec<Bytes> {
    let mut messages = Vec::new();
    while !body.is_empty() {
        let prefix = body.split_to(5);
        let length = u32::from_be_bytes([prefix[1], prefix[2], prefix[3], prefix[4]]);
        messages.push(body.split_to(length as usize));
    }
    messages
}

#[tokio::test]
async fn an_attempt_is_one_stream_with_node_resource_and_spans() {
    let mut backend = Backend::start(|| status("0")).await;
    let headers = json!({"headers": {"api-key": "secret"}});
    let delivery = to(&backend.address.to_string(), &headers);
    let outcome = attempt(&*delivery.exporter, spans(["a", "b"])).await;
    assert_eq!(outcome, Ok(Exported::default()));
    let received = backend.received();
    let path = "/opencensus.proto.agent.trace.v1.TraceService/Export";
    assert_eq!(received.path, path);
    assert_eq!(received.headers["api-key"], "secret");
    let messages = messages(received.body);
    assert_eq!(messages.len(), 1);
    let request = translate_message(Signal::Traces, &messages[0], 0).expect("valid");
    assert_eq!(names(&request), ["a", "b"]);
    backend.stop().await;
}

#[tokio::test]
async fn a_large_payload_is_several_messages_of_one_stream() {
    let mut backend = Backend::start(|| status("0")).await;
    let delivery = to(&backend.address.to_string(), &json!({}));
    let long = "x".repeat(100_000);
    let payload = spans((0..25).map(|_| long.as_str()));
    assert!(attempt(&*delivery.exporter, payload).await.is_ok());
    let messages = messages(backend.received().body);
    assert_eq!(messages.len(), 3);
    let found = messages.iter().map(|message| {
        let request = translate_message(Signal::Traces, message, 0).expect("valid");
        names(&request).len()
    });
    assert_eq!(found.sum::<usize>(), 25);
    backend.stop().await;
}

#[tokio::test]
async fn the_status_of_the_stream_says_whether_trying_again_can_help() {
    let kind = |outcome: Result<Exported, ExportError>| match outcome {
        Ok(_) => "sent",
        Err(ExportError::Permanent { .. }) => "permanent",
        Err(ExportError::Refused { .. }) => "refused",
        Err(ExportError::Retryable { .. }) => "retryable",
    };
    let table = [
        ("0", "sent"),
        ("2", "retryable"),
        ("3", "refused"),
        ("8", "refused"),
        ("12", "permanent"),
        ("14", "retryable"),
        ("16", "permanent"),
    ];
    for (code, expected) in table {
        assert_eq!(kind(outcome(code).await), expected, "{code}");
    }
}

#[tokio::test]
async fn an_end_before_everything_was_read_is_no_success() {
    let context = Context {
        id: "backend".parse().expect("an id"),
        shared: Shared::default(),
    };
    let listener = serve::bind(&Endpoint::loopback(0), "endpoint", &context).await;
    let listener = listener.expect("port 0 is free");
    let addresses = context.shared.addresses.all();
    let address = addresses["backend.endpoint"].clone();
    let tasks = Tasks::default();
    let router = Router::new().fallback(|| std::future::ready(status("0")));
    serve::http(listener, router, &tasks);
    let delivery = to(&address.to_string(), &json!({}));
    let long = "x".repeat(1 << 20);
    let payload = spans((0..16).map(|_| long.as_str()));
    let error = attempt(&*delivery.exporter, payload).await.unwrap_err();
    assert!(matches!(&error, ExportError::Retryable { .. }), "{error:?}");
    tasks.stop().await;
}

#[tokio::test]
async fn a_pause_follows_a_connection_that_failed_and_nothing_else() {
    let address = refused().await.to_string();
    let patient = to(&address, &json!({"reconnection_delay": "60s"}));
    let first = attempt(&*patient.exporter, spans(["a"])).await.unwrap_err();
    assert!(first.to_string().contains("refused"), "{first}");
    let second = attempt(&*patient.exporter, spans(["a"])).await.unwrap_err();
    let ExportError::Retryable { retry_after, .. } = &second else {
        panic!("{second:?}");
    };
    assert!(
        retry_after.is_some_and(|left| left.as_secs() > 50),
        "{second:?}"
    );
    let backend = Backend::start(|| status("14")).await;
    let told = to(
        &backend.address.to_string(),
        &json!({"reconnection_delay": "60s"}),
    );
    for _ in 0..2 {
        let error = attempt(&*told.exporter, spans(["a"])).await.unwrap_err();
        assert!(!error.to_string().contains("waiting"), "{error}");
    }
    backend.stop().await;
}

#[tokio::test]
async fn attempts_take_turns_on_the_connections() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("free");
    let address = listener.local_addr().expect("bound").to_string();
    let delivery = to(&address, &json!({"num_workers": 2}));
    let mut silent = Vec::new();
    let both = async {
        let send = || attempt(&*delivery.exporter, spans(["a"]));
        tokio::join!(send(), send())
    };
    let accept = async {
        while silent.len() < 2 {
            silent.push(listener.accept().await.expect("a connection"));
        }
    };
    tokio::select! {
        outcomes = both => panic!("{outcomes:?}"),
        () = accept => {}
    }
    assert_eq!(silent.len(), 2);
}

#[test]
fn a_payload_without_anything_the_protocol_has_is_no_message() {
    let request = Bytes::from_static(&[0x0a, 0x02, 0x12, 0x00]);
    for signal in [Signal::Metrics, Signal::Traces] {
        let payload = Payload::parse(signal, request.clone(), &Default::default());
        let messages = super::super::translate::messages(&payload.expect("valid"));
        assert!(messages.is_empty());
    }
}

#[test]
fn what_is_wrong_is_named_by_its_key() {
    let config = json!({
        "endpoint": "collector",
        "num_workers": 0,
        "compression": "snappy",
        "keepalive": {"time": "1ms"},
        "auth": {"authenticator": ""},
    });
    let expected = [
        "endpoint",
        "auth.authenticator",
        "keepalive.time",
        "num_workers",
        "compression",
    ];
    assert_eq!(wrong::<OpenCensus>(&config), expected);
    assert_eq!(wrong::<OpenCensus>(&Value::Null), ["endpoint"]);
}
