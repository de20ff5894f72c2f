//! What real clients have sent.

use serde_json::Value;

use super::*;
use crate::receivers::testing::{capture, each_span, event_bytes, owners};

/// Sends what a client has sent, as it did.
async fn replay(running: &Running, name: &str) -> Value {
    let (sent, events) = capture(name);
    for event in &events {
        let mut request = post(running, event["path"].as_str().expect("a path"));
        let headers = event["headers"].as_object().expect("headers");
        for (key, value) in headers {
            if key.eq_ignore_ascii_case("content-type") {
                request = request.header(key, value.as_str().expect("text"));
            }
        }
        assert_eq!(
            answer(request.body(event_bytes(event))).await,
            accepted(),
            "{name}"
        );
    }
    sent
}

#[tokio::test]
async fn envoy_shares_the_ids_of_its_clients() {
    let running = running().await;
    let sent = replay(&running, "envoy-zipkin-json.json").await;
    let mut found = Vec::new();
    each_span(&running.recorder.taken(), |resource, span| {
        let name = resource.resource().attributes().find("service.name");
        assert_eq!(
            name.map(|name| name.to_string()).as_deref(),
            Some("envoy-edge")
        );
        assert_eq!(span.kind, 2);
        let text = |key| span.attributes().find(key).map(|value| value.to_string());
        assert_eq!(text("zipkin.shared").as_deref(), Some("true"));
        assert_eq!(text("net.host.ip").as_deref(), Some("192.0.2.2"));
        assert_eq!(text("http.status_code").as_deref(), Some("200"));
        assert!(span.end_unix_nano > span.start_unix_nano);
        found.push((
            const_hex::encode(span.trace_id),
            const_hex::encode(span.span_id),
        ));
    });
    let mut saw: Vec<_> = sent["upstream_saw"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|request| {
            let text = |key: &str| request[key].as_str().expect("text").to_owned();
            (text("x-b3-traceid"), text("x-b3-spanid"))
        })
        .collect();
    found.sort();
    saw.sort();
    assert_eq!(found, saw);
}

#[tokio::test]
async fn opentelemetry_in_a_browser_sends_what_beacons_may() {
    let running = running().await;
    let sent = replay(&running, "otel-web-zipkin-beacon.json").await;
    let mut spans = Vec::new();
    each_span(&running.recorder.taken(), |_, span| {
        let attributes = span.attributes().iter();
        spans.push((
            const_hex::encode(span.span_id),
            const_hex::encode(span.parent_span_id),
            span.name.to_owned(),
            span.start_unix_nano.to_string(),
            span.end_unix_nano.to_string(),
            (span.status_code, span.status_message.to_owned()),
            attributes
                .map(|(key, value)| format!("{key}={value}"))
                .collect::<Vec<_>>(),
        ));
    });
    let expected: Vec<_> = sent["spans"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|span| {
            let text = |key: &str| span[key].as_str().expect("text").to_owned();
            let attributes = span["attributes"].as_object().expect("attributes").iter();
            let shown = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
            (
                text("span_id"),
                text("parent_span_id"),
                text("name"),
                text("start_ns"),
                text("end_ns"),
                (
                    span["status"]["code"].as_u64().expect("a number"),
                    span["status"]["message"].as_str().unwrap_or("").to_owned(),
                ),
                attributes
                    .map(|(key, value)| format!("{key}={}", shown(value)))
                    .collect(),
            )
        })
        .collect();
    assert_eq!(spans, expected);
    let owners = owners(&running.recorder.taken(), "service.name");
    assert!(
        owners
            .iter()
            .all(|(service, _)| service == "web-zipkin-shop"),
        "{owners:?}"
    );
}

#[tokio::test]
async fn py_zipkin_tells_in_thrift_what_a_server_shares() {
    let running = running().await;
    replay(&running, "py-zipkin-v1-thrift.json").await;
    let mut spans = Vec::new();
    each_span(&running.recorder.taken(), |_, span| {
        let shared = span.attributes().find("zipkin.shared").is_some();
        spans.push((
            span.name.to_owned(),
            span.kind,
            shared,
            span.end_unix_nano - span.start_unix_nano,
        ));
    });
    spans.sort();
    let expected = [
        // It has no times of its own.
        ("get /checkout".to_owned(), 2, true, 1_504_000),
        ("local work".to_owned(), 0, false, 5_000),
        ("select cart".to_owned(), 3, false, 10_000),
    ];
    assert_eq!(spans, expected);
}
